#!/usr/bin/env bash
# Makes peers/contract/.venv: Schemathesis, pinned (60 MB, half a minute).
set -euo pipefail
cd "$(dirname "$0")"

python3 -m venv .venv
.venv/bin/pip install --quiet -r requirements.txt
.venv/bin/schemathesis --version
