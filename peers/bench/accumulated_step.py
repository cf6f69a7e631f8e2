"""One update of T5-small from a batch in parts, in plain PyTorch: each part forward and backward, gradients add up in the
parameters, fused AdamW once; with `"compiled": true` in the configuration a part's loss by torch.compile. Times what
bench/accumulated-steps.ts asks for, and prints JSON; the first update, compilation included, is apart.

    python accumulated_step.py CONFIG.json
"""

import json
import resource
import sys
import time
from pathlib import Path

import torch

from common import adamw, mean_token_loss
from t5 import T5

def main():
    asked = json.loads(Path(sys.argv[1]).read_text())
    torch.set_num_threads(asked["threads"])
    torch.manual_seed(1)
    model = T5(asked["t5"])
    for name, parameter in model.named_parameters():
        torch.nn.init.ones_(parameter) if "layer_norm" in name else torch.nn.init.normal_(parameter, std=0.05)
    model.train()
    optimiser = adamw(model.parameters(), asked["optimiser"])
    batch, parts, source, target = (asked[name] for name in ("batch", "parts", "source", "target"))
    size = batch // parts

    def loss_of(tokens, answers, bias):
        encoded = model.encode(model.shared(tokens), bias)
        before = torch.nn.functional.pad(answers[:, :-1], (1, 0))
        return mean_token_loss(model.logits(model.decode(before, encoded, bias)), answers) / parts

    if asked["compiled"]:
        loss_of = torch.compile(loss_of, dynamic=False)

    def update():
        optimiser.zero_grad(set_to_none=True)
        total = 0.0
        for _ in range(parts):
            tokens = torch.randint(3, asked["t5"]["vocabulary"], (size, source))
            answers = torch.randint(3, asked["t5"]["vocabulary"], (size, target))
            loss = loss_of(tokens, answers, torch.zeros(size, 1, 1, source))
            loss.backward()
            total += loss.item()
        optimiser.step()
        return total

    seconds = []
    for _ in range(asked["samples"] + 1):
        since, cpu = time.perf_counter(), time.process_time()
        update()
        seconds.append([time.perf_counter() - since, time.process_time() - cpu])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"first": seconds[0], "samples": seconds[1:], "peakMiB": peak}))


main()
