#!/usr/bin/env bash
# Makes peers/recbole/.venv: RecBole on top of peers/.venv's PyTorch (peers/setup.sh installs that), and SELFRec's source at
# a pinned commit for XSimGCL, which RecBole does not have. SELFREC=DIR takes an existing clone instead of github.com.
set -euo pipefail
cd "$(dirname "$0")"

python3 -m venv .venv
site=$(.venv/bin/python -c 'import site; print(site.getsitepackages()[0])')
(cd ../.venv/lib/python3*/site-packages && pwd) > "$site/isrf-peers.pth"
.venv/bin/pip install --quiet -r requirements.txt
.venv/bin/pip install --quiet --no-deps "$(grep -o 'recbole==.*' requirements.txt)" thop==0.1.1.post2209072238

commit=5b0229423cb1c727e85a704d63e460368c8b9dde
[ -d selfrec ] || git clone --quiet --no-checkout "${SELFREC:-https://github.com/Coder-Yu/SELFRec}" selfrec
git -C selfrec checkout --quiet "$commit" -- base data model util
.venv/bin/python -W ignore -c 'import recbole, torch; print("recbole", recbole.__version__, "torch", torch.__version__)'
