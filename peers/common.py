"""What every recipe shares: where fixtures lie, one thread, seeds by name, and tidy writing."""

import json
import warnings
import zlib
from pathlib import Path

import torch
from safetensors.torch import save_file

torch.set_num_threads(1)
# PyTorch calls its sparse tensors beta on first use.
warnings.filterwarnings("ignore", message="Sparse")

FIXTURES = Path(__file__).resolve().parent.parent / "test" / "parity" / "fixtures"
FIXTURES.mkdir(parents=True, exist_ok=True)


def generator(name):
    """A generator that depends on the case's name alone: a new case leaves the others' numbers as they are."""
    return torch.Generator().manual_seed(zlib.crc32(name.encode()))


def normals(g, *shape, dtype=torch.float64):
    """Standard normals that are exact in float32, so that both sides compute from the same numbers."""
    return torch.randn(shape, generator=g, dtype=torch.float64).float().to(dtype)


def stored(tensor):
    """References are computed in float64 and stored in float32; whole numbers as int32."""
    tensor = tensor.detach().contiguous().clone()
    if tensor.dtype == torch.float64:
        return tensor.float()
    return tensor.int() if tensor.dtype == torch.int64 else tensor


def save(name, tensors):
    save_file({key: stored(value) for key, value in tensors.items()}, FIXTURES / name)


def save_json(name, value):
    (FIXTURES / name).write_text(json.dumps(value, separators=(",", ":")) + "\n")
