"""AdamW and Adam by torch.optim in float64, over ten given gradients; values and moments after 1, 2 and 10 steps.

A second group of settings has a learning rate that changes from step to step, as under a schedule.
"""

import torch

from common import generator, normals, save, save_json

CASES = {
    "defaults": dict(lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01),
    "adam": dict(lr=0.05, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0),
    "large decay": dict(lr=0.1, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.5),
    "scheduled": dict(lr=0.02, betas=(0.9, 0.999), eps=1e-6, weight_decay=0.1),
}
KEPT = (1, 2, 10)
WARMUP = [min(1.0, (step + 1) / 4) for step in range(10)]


def run(name, settings):
    g = generator(name)
    start = normals(g, 4, 5)
    # Sizes over six decades, and a column that is always zero, as rows of an embedding without a gradient are.
    gradients = (normals(g, 10, 4, 5) * torch.logspace(-4, 2, 5, dtype=torch.float64)).float().double()
    gradients[:, :, 2] = 0
    value = start.clone().requires_grad_()
    kind = torch.optim.Adam if name == "adam" else torch.optim.AdamW
    optimiser = kind([value], **settings)
    out = {f"{name}/start": start, f"{name}/gradients": gradients}
    for step in range(1, 11):
        if name == "scheduled":
            optimiser.param_groups[0]["lr"] = settings["lr"] * WARMUP[step - 1]
        value.grad = gradients[step - 1].clone()
        optimiser.step()
        if step in KEPT:
            state = optimiser.state[value]
            kept = {"value": value, "m": state["exp_avg"], "v": state["exp_avg_sq"]}
            out |= {f"{name}/{part}{step}": tensor.detach().clone() for part, tensor in kept.items()}
    return out


if __name__ == "__main__":
    tensors = {}
    for name, settings in CASES.items():
        tensors |= run(name, settings)
    save("optimisers.safetensors", tensors)
    described = {
        name: dict(
            learningRate=s["lr"], beta1=s["betas"][0], beta2=s["betas"][1], epsilon=s["eps"], weightDecay=s["weight_decay"],
            factors=WARMUP if name == "scheduled" else [1.0] * 10,
        )
        for name, s in CASES.items()
    }
    save_json("optimisers.json", described)
