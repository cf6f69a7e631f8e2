"""A training step of T5-small on token ids: forward, backward, AdamW, a fresh batch each step."""

import torch

from common import adamw, mean_token_loss, read, read_json
from t5 import MASKED, T5


def open_case(folder, context):
    config = read_json(folder, "config")
    if context.is_check:
        config["t5"]["dropout"] = 0.0
    model = T5(config["t5"])
    model.load_state_dict(read(folder, "parameters", torch.device("cpu")), assign=True)
    model.to(context.device).requires_grad_().train()
    optimiser = adamw(model.parameters(), config["optimiser"])
    batches = read(folder, "check" if context.is_check else "batches", context.device)
    count = batches["tokens"].shape[0]

    def loss_of(tokens, mask, decoder_tokens, labels):
        bias = mask[:, None, None]
        encoded = model.encode(model.shared(tokens), bias)
        return mean_token_loss(model.logits(model.decode(decoder_tokens, encoded, bias)), labels)

    loss_of = context.compiled(loss_of)

    def batch(index):
        i = index % count
        mask = torch.where(batches["present"][i] == 1, 0.0, MASKED)
        return batches["tokens"][i], mask, batches["decoderTokens"][i], batches["labels"][i]

    def step(index):
        optimiser.zero_grad(set_to_none=True)
        loss = loss_of(*batch(index))
        loss.backward()
        optimiser.step()
        return loss.item()

    def inference(index):
        model.eval()
        with torch.inference_mode():
            loss = loss_of(*batch(index)).item()
        model.train()
        return loss

    return {"step": step, "inference": inference, "check": lambda: [step(0), step(1), inference(0)]}
