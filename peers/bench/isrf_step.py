"""Preset `mini` in PyTorch: one position an item, two code tokens an item, rows of the interest tables in, their gradients
out. Eager pads a batch to its longest prompt; compiled programs take the product's few lengths."""

import torch

from common import adamw, read, read_json
from isrf_model import RECENCIES, Isrf

EOS, USER_TOKEN, GROUP_TOKEN = 1, 3, 4
SLOTS = (2, 4, 8, 12, 20)


def open_case(folder, context):
    task = context.case.split()[1]
    config = read_json(folder, "config")
    if context.is_check:
        config["t5"]["dropout"] = 0.0
    model = Isrf(config)
    model.load(read(folder, "parameters", torch.device("cpu")))
    model.to(context.device).train()
    optimiser = adamw(model.parameters(), config["optimiser"])
    tables = read(folder, "tables", context.device)
    samples = read(folder, "samples", context.device)
    pending = {name: torch.zeros_like(tables[name]) for name in ("individual", "group")}
    forward = context.compiled(model, dynamic=task == "sequential")
    count, per_sample = samples["users"].shape[0], 8 if task == "sequential" else 2

    def batch(i, has_gradients):
        """The batch, and the rows whose gradients go back to the tables."""
        users, items, targets = (samples[name][i] for name in ("users", "items", "targets"))
        lengths = (items >= 0).sum(1)
        slots = int(lengths.max())
        if context.variant == "compile" and task == "sequential":
            slots = next(s for s in SLOTS if s >= slots)
        items = torch.nn.functional.pad(items, (0, max(0, slots - items.shape[1])), value=-1)[:, :slots]
        is_item = items >= 0
        size = len(users)
        special = torch.tensor([[USER_TOKEN, 0], [GROUP_TOKEN, 0]], device=items.device).expand(size, 2, 2)
        safe = items.clamp(min=0)
        tokens = torch.cat([special, tables["codes"][safe] * is_item[..., None]], 1)
        codes = tables["codes"][targets]
        ends = torch.full((size, 1), EOS, device=items.device)
        group = tables["group"][users].requires_grad_(has_gradients)
        places = config["nUsers"] + safe
        interests = tables["individual"][places].requires_grad_(has_gradients)
        rows = {"individual": [(places.flatten(), interests)], "group": [(users, group)]}
        if task == "direct":
            user = tables["individual"][users].requires_grad_(has_gradients)
            rows["individual"].append((users, user))
            fed = interests
        else:
            # Option sequentialUser: history.
            user = (interests * is_item[..., None]).sum(1) / lengths[:, None]
            fed = torch.where(is_item, safe, config["nItems"] + 1)
        ahead = torch.ones(size, 2, dtype=torch.bool, device=items.device)
        places = torch.arange(slots, device=items.device)
        recencies = torch.where(is_item, (lengths[:, None] - places).clamp(max=RECENCIES - 1), 0)
        history = samples["history"][i] if task == "direct" else None
        return rows, dict(
            **(past(history) if task == "direct" else {}), candidates=safe,
            task=task, tokens=tokens, present=torch.cat([ahead, is_item], 1),
            word_of=torch.arange(1, slots + 3, device=items.device).expand(size, -1),
            recencies=torch.nn.functional.pad(recencies, (2, 0)),
            user=user, group=group, items=fed, share=is_item / lengths[:, None], users=users,
            decoder_tokens=torch.cat([torch.zeros_like(ends), codes], 1), labels=torch.cat([codes, ends], 1), targets=targets,
            slots=(items == targets[:, None]).int().argmax(1),
        )

    def past(history):
        """Numbers of what a user had before, oldest first and -1 behind it, and how recent each is: [B, n]."""
        is_item = history >= 0
        recencies = is_item.sum(1)[:, None] - torch.arange(history.shape[1], device=history.device)
        return dict(history=history.clamp(min=0), history_recencies=torch.where(is_item, recencies, 0))

    def one_step(i):
        optimiser.zero_grad(set_to_none=True)
        rows, b = batch(i % count, True)
        loss, parts = forward(b)
        loss.backward()
        optimiser.step()
        for name, entries in rows.items():
            for places, fed in entries:
                if fed.grad is not None:
                    pending[name].index_add_(0, places, fed.grad.flatten(0, -2))
        return [part.item() for part in parts]

    def step(index):
        for i in range(index * per_sample, (index + 1) * per_sample):
            one_step(i)

    def inference(_=0):
        """Generation loss of the first batches."""
        model.eval()
        with torch.inference_mode():
            losses = [forward(batch(i, False)[1])[1][0].item() for i in range(per_sample)]
        model.train()
        return sum(losses) / per_sample

    def check():
        return [x for i in range(3) for x in one_step(i)] + [inference()]

    return {"step": step, "inference": inference, "check": check}
