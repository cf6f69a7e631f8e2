"""Loads t5/rewritten.safetensors, which the product wrote from t5/model.safetensors, with safetensors and transformers:
every tensor must come back bit for bit. Exits with 1 and says what differs otherwise."""

import math
import shutil
import sys
import tempfile
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file
from transformers import T5ForConditionalGeneration

from common import FIXTURES

EXTRA = {
    "extra.int32": torch.tensor([[1, -2], [2**31 - 1, -(2**31)]], dtype=torch.int32),
    "extra.int64": torch.tensor([2**53 + 1, -1]),
    "extra.float64": torch.tensor([math.pi, -0.0, math.inf], dtype=torch.float64),
    "extra.uint8": torch.tensor([0, 127, 255], dtype=torch.uint8),
    "extra.scalar": torch.tensor(-1.5),
    "extra.empty": torch.zeros(0, 4),
}


def same(a, b):
    return a.dtype == b.dtype and a.shape == b.shape and a.numpy().tobytes() == b.numpy().tobytes()


def differences():
    original = load_file(FIXTURES / "t5" / "model.safetensors")
    written = load_file(FIXTURES / "t5" / "rewritten.safetensors")
    expected = original | EXTRA
    wrong = [name for name in expected if name not in written or not same(expected[name], written[name])]
    wrong += sorted(written.keys() - expected.keys())
    with safe_open(FIXTURES / "t5" / "rewritten.safetensors", "pt") as file:
        if file.metadata() != {"format": "pt"}:
            wrong.append(f"metadata {file.metadata()}")
    return wrong + [f"transformers: {name}" for name in model_differences(original)]


def model_differences(original):
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(FIXTURES / "t5" / "config.json", folder)
        shutil.copy(FIXTURES / "t5" / "rewritten.safetensors", Path(folder) / "model.safetensors")
        model, info = T5ForConditionalGeneration.from_pretrained(folder, output_loading_info=True)
    loaded = model.state_dict()
    wrong = [name for name, value in original.items() if not same(loaded[name], value)]
    return wrong + info["missing_keys"] + info["mismatched_keys"]


if __name__ == "__main__":
    wrong = differences()
    print("different: " + ", ".join(wrong) if wrong else "every tensor bit for bit")
    sys.exit(1 if wrong else 0)
