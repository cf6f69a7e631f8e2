#!/usr/bin/env bash
# The benchmark and a short training on a machine with a GPU that reaches no package registry.
#
#   bash bench/gpu.sh pack OUT.tar.gz       here: everything that machine needs, in one archive
#   bash bench/gpu.sh run [cuda|webgpu]     there, in the unpacked folder: results/bench-engine-DEVICE.json and a training
#
# That machine needs Linux x64, Node 20, and for the PyTorch sides a Python 3 with torch and safetensors. What else goes in:
#   WITH_CUDA=1        fetch onnxruntime-node's CUDA 12 provider from NuGet into the archive (device cuda needs this or the next)
#   CUDA_WHEEL=FILE    take the CUDA 13 provider from PyPI's onnxruntime-gpu of the same version, and its core, which has no WebGPU
#   CUDA_LIBRARIES=DIR shared libraries of that CUDA and of cuDNN 9, for machines that have none; else those of CUDA or of
#                      PyTorch are looked for there
#   T5=DIR             T5-small's config.json, tokenizer.json and model.safetensors: preset paper takes some steps there
#   BEAUTY=DIR         an imported dataset or P5 folder for the cases on real data; else a synthetic shop of that size
set -euo pipefail
cd "$(dirname "$0")/.."

BINARIES=node_modules/onnxruntime-node/bin/napi-v6/linux/x64
# What `npm ls --omit=dev` does not list: the loader that runs bench/*.ts, and what the package carries in dist.
UNLISTED="tsx esbuild @esbuild get-tsconfig resolve-pkg-maps onnxruntime-node echarts zrender tslib"

pack() {
  local out stage
  out=$(realpath -m "${1:?usage: bash bench/gpu.sh pack OUT.tar.gz}")
  stage=$(mktemp -d)
  # Expanded now: when the script ends, the function's variables are gone.
  trap "rm -rf '$stage'" EXIT
  npm run --silent build
  mkdir -p "$stage/isrf/peers" "$stage/isrf/results"
  cp -r package.json tsconfig.json dist src bench "$stage/isrf"
  # The copy in node_modules is the one that CUDA's provider is put into.
  rm -r "$stage/isrf/dist/onnxruntime"
  cp -r peers/bench "$stage/isrf/peers"
  pack_modules "$stage/isrf"
  if [ "${WITH_CUDA:-0}" = 1 ]; then
    # What the script itself needs stays here.
    NODE_PATH="$PWD/node_modules" ONNXRUNTIME_NODE_INSTALL=cuda12 \
      node "$stage/isrf/node_modules/onnxruntime-node/script/install.js"
  fi
  if [ -n "${CUDA_WHEEL:-}" ]; then take_provider "$CUDA_WHEEL" "$stage/isrf"; fi
  if [ -n "${CUDA_LIBRARIES:-}" ]; then cp -rL "$CUDA_LIBRARIES" "$stage/isrf/cuda-libraries"; fi
  if [ -n "${T5:-}" ]; then cp -rL "$T5" "$stage/isrf/t5-small"; fi
  if [ -n "${BEAUTY:-}" ]; then cp -rL "$BEAUTY" "$stage/isrf/beauty"; fi
  tar -czf "$out" -C "$stage" isrf
  describe "$stage/isrf" "$out"
}

pack_modules() {
  local root
  root=$(pwd)
  { npm ls --omit=dev --all --parseable 2>/dev/null || true; for name in $UNLISTED; do echo "$root/node_modules/$name"; done; } |
    sed "s|^$root/||" | grep '^node_modules/' | sort -u |
    while read -r path; do if [ -e "$path" ]; then echo "$path"; fi; done |
    tar -c --exclude='node_modules/.cache' --exclude='napi-v6/darwin' --exclude='napi-v6/win32' --exclude='napi-v6/linux/arm64' \
      -T - | tar -x -C "$1"
}

# Provider and core have to be of one build.
take_provider() {
  local version libraries="$2/$BINARIES"
  version=$(node -p 'require("./node_modules/onnxruntime-node/package.json").version')
  case "$(basename "$1")" in "onnxruntime_gpu-$version-"*) ;; *)
    echo "$1: expected a wheel of onnxruntime-gpu $version: pip download --no-deps onnxruntime-gpu==$version" >&2
    exit 2
    ;;
  esac
  for name in providers_cuda.so providers_shared.so; do
    unzip -p "$1" "onnxruntime/capi/libonnxruntime_$name" >"$libraries/libonnxruntime_$name"
  done
  unzip -p "$1" "onnxruntime/capi/libonnxruntime.so.$version" >"$libraries/libonnxruntime.so.1"
}

# Where a CUDA toolkit, the system or PyTorch's packages keep what the provider links to, of the provider's own CUDA.
cuda_paths() {
  local packages cuda
  cuda=$(grep -aom 1 'libcudart\.so\.1[23]' "$BINARIES/libonnxruntime_providers_cuda.so" | grep -o '1[23]$' || echo 12)
  packages=$(python3 -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])' 2>/dev/null || true)
  find ${packages:+"$packages/nvidia"} /usr/local/cuda*/ /usr/lib \( -name "libcudart.so.$cuda" -o -name "libcublasLt.so.$cuda" \
    -o -name "libcufft.so.$((cuda - 1))" -o -name 'libcurand.so.10' -o -name 'libcudnn.so.9' \) 2>/dev/null |
    xargs -r -n 1 dirname | sort -u | paste -sd : || true
}

describe() {
  local provider="$1/$BINARIES/libonnxruntime_providers_cuda.so"
  echo "packed $2, $(du -h "$2" | cut -f1)"
  if [ -e "$provider" ]; then echo "device cuda: provider inside"; else
    echo "device cuda: no provider inside; pack with WITH_CUDA=1 or CUDA_WHEEL=FILE"
  fi
  echo "there: tar -xzf $(basename "$2") && bash isrf/bench/gpu.sh run cuda"
}

run() {
  local device="${1:-cuda}" python words=() data found
  if [ -d cuda-libraries ]; then export LD_LIBRARY_PATH="$PWD/cuda-libraries:${LD_LIBRARY_PATH:-}"; else
    if [ "$device" = cuda ]; then found=$(cuda_paths) && export LD_LIBRARY_PATH="${found:+$found:}${LD_LIBRARY_PATH:-}"; fi
  fi
  if command -v nvidia-smi >/dev/null; then nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader; fi
  if [ -d beauty ]; then words+=(--beauty beauty); fi
  if python=$(command -v python3) && "$python" -c 'import torch, safetensors' 2>/dev/null; then
    for name in "mini sequential" "mini direct" "t5-small 64x(96->6)" "t5-small 8x(560->4)" "lightgcn d=64" "lightgcn d=512" \
      item-softmax; do words+=(--case "$name"); done
    node --import tsx bench/engine.ts --device "$device" --python "$python" --out "results/bench-engine-$device.json" "${words[@]}"
  else
    echo "no Python with torch and safetensors here: the benchmark is left out" >&2
  fi
  data=$(mktemp -d)
  trap "rm -rf '$data'" EXIT
  local isrf="node dist/cli/main.js"
  $isrf data synth --users 2000 --items 1000 --seed 1 --out "$data/shop"
  $isrf reason "$data/shop" --llm offline
  $isrf embed "$data/shop" --encoder lsa
  # The paper's own form, where T5-small's files lie in t5-small/ (config.json, tokenizer.json, model.safetensors) and an
  # imported dataset with texts and vectors in beauty/: a few steps first, then the whole training.
  if [ -e t5-small/model.safetensors ] && [ -e beauty/manifest.json ]; then
    node --import tsx bench/paper-steps.ts beauty --checkpoint t5-small --device "$device" --steps 6 --set accumulate=4 \
      --json "results/paper-steps-$device.json"
    echo "the whole training: $isrf train beauty --preset paper --set checkpoint=t5-small --set accumulate=4 --device $device --out paper-run"
  fi
  $isrf train "$data/shop" --preset tiny --epochs 1 --device "$device" --out "$data/run" --json | tee "results/training-$device.json"
}

case "${1:-}" in
pack) pack "${2:-}" ;;
run) run "${2:-}" ;;
*)
  sed -n '2,13p' "$0"
  exit 2
  ;;
esac
