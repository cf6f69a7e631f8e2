#!/usr/bin/env bash
# Makes peers/.venv with the pinned references. PyPI's PyTorch for Linux x86-64 is a CUDA build whose libraries must be
# there even for CPU work (about 6 GB in all). Where an index with CPU-only builds is reachable, name it and save 5 GB:
#   TORCH_INDEX_URL=... bash peers/setup.sh
set -euo pipefail
cd "$(dirname "$0")"

python3 -m venv .venv
if [ -n "${TORCH_INDEX_URL:-}" ]; then
  .venv/bin/pip install --quiet --index-url "$TORCH_INDEX_URL" "$(grep '^torch==' requirements.txt)"
fi
.venv/bin/pip install --quiet -r requirements.txt
.venv/bin/python -c 'import torch, transformers; print("torch", torch.__version__, "transformers", transformers.__version__)'
