"""What the sides share: the inputs, AdamW, and the loss of a decoder."""

import json

import torch
import torch.nn.functional as F
from safetensors.torch import load_file


def read(folder, name, device):
    """Tensors of a file, whole numbers as int64."""
    tensors = load_file(folder / f"{name}.safetensors")
    return {key: (value.long() if value.dtype == torch.int32 else value).to(device) for key, value in tensors.items()}


def read_json(folder, name):
    return json.loads((folder / f"{name}.json").read_text())


def adamw(parameters, options):
    return torch.optim.AdamW(
        parameters,
        lr=options["learningRate"],
        betas=(options["beta1"], options["beta2"]),
        eps=options["epsilon"],
        weight_decay=options["weightDecay"],
        fused=True,
    )


def mean_token_loss(logits, labels, smoothing=0.0):
    """Mean over examples of the mean token loss; labels of -100 do not count."""
    losses = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=-100, reduction="none", label_smoothing=smoothing)
    counted = (labels != -100).float()
    return (losses.view_as(labels) / counted.sum(1, keepdim=True)).sum() / labels.shape[0]
