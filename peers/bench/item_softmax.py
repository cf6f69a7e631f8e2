"""Mean of a history's item vectors, softmax over all items, AdamW on the table."""

import torch
import torch.nn.functional as F

from common import adamw, read, read_json


def open_case(folder, context):
    config = read_json(folder, "config")
    items = torch.nn.Parameter(read(folder, "parameters", context.device)["items"].clone())
    batches = read(folder, "batches", context.device)
    optimiser = adamw([items], config["optimiser"])
    count, repeats = batches["target"].shape[0], config["stepsPerSample"]

    def loss_of(history, target):
        return F.cross_entropy(F.embedding(history, items).mean(1) @ items.T, target)

    def scores_of(history):
        return F.embedding(history, items).mean(1) @ items.T

    loss_of, scores_of = context.compiled(loss_of), context.compiled(scores_of)

    def one_step(index):
        optimiser.zero_grad(set_to_none=True)
        loss = loss_of(batches["history"][index % count], batches["target"][index % count])
        loss.backward()
        optimiser.step()
        return loss.item()

    def step(index):
        for i in range(repeats):
            one_step(index * repeats + i)

    @torch.inference_mode()
    def inference(index):
        for i in range(repeats):
            scores_of(batches["history"][(index * repeats + i) % count])

    return {"step": step, "inference": inference, "check": lambda: [one_step(i) for i in range(3)]}
