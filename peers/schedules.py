"""Learning-rate schedules, as factors on the base rate for steps 0, 1, 2, ...

`torch`: LinearLR from 1/w over w - 1 steps, then a constant rate or CosineAnnealingLR down to a tenth: the product's
definition. `transformers`: its schedules with warm-up, which begin at 0 and whose cosine ends at 0.
"""

import torch
from torch.optim.lr_scheduler import ConstantLR, CosineAnnealingLR, LinearLR, SequentialLR
from transformers import get_constant_schedule_with_warmup, get_cosine_schedule_with_warmup

from common import save_json

FLOOR = 0.1
CASES = [dict(schedule=kind, warmup=warmup, total=40) for kind in ("constant", "cosine") for warmup in (0, 1, 7)]


def factors(make, steps):
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = make(optimiser)
    out = []
    for _ in range(steps):
        out.append(scheduler.get_last_lr()[0])
        optimiser.step()
        scheduler.step()
    return out


def by_torch(optimiser, schedule, warmup, total):
    rest = max(1, total - warmup)
    after = CosineAnnealingLR(optimiser, rest, eta_min=FLOOR) if schedule == "cosine" else ConstantLR(optimiser, 1.0)
    if warmup <= 1:  # One step of warm-up is a step at the full rate.
        return SequentialLR(optimiser, [ConstantLR(optimiser, 1.0), after], [warmup]) if warmup else after
    return SequentialLR(optimiser, [LinearLR(optimiser, 1 / warmup, total_iters=warmup - 1), after], [warmup])


def by_transformers(optimiser, schedule, warmup, total):
    if schedule == "constant":
        return get_constant_schedule_with_warmup(optimiser, warmup)
    return get_cosine_schedule_with_warmup(optimiser, warmup, total)


if __name__ == "__main__":
    save_json("schedules.json", [
        case | dict(
            torch=factors(lambda o: by_torch(o, **case), case["total"]),
            transformers=factors(lambda o: by_transformers(o, **case), case["total"]),
        )
        for case in CASES
    ])
