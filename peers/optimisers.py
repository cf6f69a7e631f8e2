"""AdamW, Adam and SGD by torch.optim in float64, over ten given gradients; values and moments after 1, 2 and 10 steps.

One setting has a learning rate that changes from step to step, as under a schedule. The clipped ones hold their rows in
two parameters, whose gradients `clip_grad_norm_` scales down together.
"""

import torch

from common import generator, normals, save, save_json

CASES = {
    "defaults": dict(lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01),
    "adam": dict(lr=0.05, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0),
    "large decay": dict(lr=0.1, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.5),
    "scheduled": dict(lr=0.02, betas=(0.9, 0.999), eps=1e-6, weight_decay=0.1),
    "sgd": dict(lr=0.01, momentum=0.0, nesterov=False, weight_decay=0.0),
    "sgd momentum decay": dict(lr=0.003, momentum=0.9, nesterov=False, weight_decay=0.05),
    "sgd nesterov": dict(lr=0.003, momentum=0.8, nesterov=True, weight_decay=0.01),
    "clipped": dict(lr=0.05, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01),
    "clipped sgd": dict(lr=0.1, momentum=0.9, nesterov=False, weight_decay=0.0),
}
# Lengths of the gradients run from 50 to 310: some steps are clipped and some are not.
MAX_NORM = {"clipped": 150.0, "clipped sgd": 150.0}
KEPT = (1, 2, 10)
WARMUP = [min(1.0, (step + 1) / 4) for step in range(10)]


def optimiser_of(name, parameters):
    kind = torch.optim.SGD if "sgd" in name else torch.optim.Adam if name == "adam" else torch.optim.AdamW
    return kind(parameters, **CASES[name])


def moments(optimiser, parameter):
    """SGD without momentum keeps no buffer; it has no second moment either."""
    state = optimiser.state[parameter]
    first = state.get("exp_avg", state.get("momentum_buffer"))
    return {"m": first, "v": state.get("exp_avg_sq")}


def run(name, settings):
    g = generator(name)
    start = normals(g, 4, 5)
    # Sizes over six decades, and a column that is always zero, as rows of an embedding without a gradient are.
    gradients = (normals(g, 10, 4, 5) * torch.logspace(-4, 2, 5, dtype=torch.float64)).float().double()
    gradients[:, :, 2] = 0
    rows = (slice(0, 2), slice(2, 4)) if name in MAX_NORM else (slice(0, 4),)
    values = [start[part].clone().requires_grad_() for part in rows]
    optimiser = optimiser_of(name, values)
    out = {f"{name}/start": start, f"{name}/gradients": gradients}
    norms = []
    for step in range(1, 11):
        if name == "scheduled":
            optimiser.param_groups[0]["lr"] = settings["lr"] * WARMUP[step - 1]
        for value, part in zip(values, rows):
            value.grad = gradients[step - 1][part].clone()
        if name in MAX_NORM:
            norms.append(torch.nn.utils.clip_grad_norm_(values, MAX_NORM[name]))
        optimiser.step()
        if step in KEPT:
            parts = [{"value": value} | moments(optimiser, value) for value in values]
            joined = {key: torch.cat([part[key] for part in parts]) for key in parts[0] if parts[0][key] is not None}
            out |= {f"{name}/{key}{step}": tensor.detach().clone() for key, tensor in joined.items()}
    return out | ({f"{name}/norms": torch.stack(norms)} if norms else {})


def described(name, s):
    common = dict(learningRate=s["lr"], weightDecay=s["weight_decay"], factors=WARMUP if name == "scheduled" else [1.0] * 10)
    if name in MAX_NORM:
        common["maxGradientNorm"] = MAX_NORM[name]
    if "betas" in s:
        return dict(beta1=s["betas"][0], beta2=s["betas"][1], epsilon=s["eps"]) | common
    return dict(kind="sgd", momentum=s["momentum"], nesterov=s["nesterov"]) | common


if __name__ == "__main__":
    tensors = {}
    for name, settings in CASES.items():
        tensors |= run(name, settings)
        if name in MAX_NORM:
            print(name, [round(x, 1) for x in tensors[f"{name}/norms"].tolist()])
    save("optimisers.safetensors", tensors)
    save_json("optimisers.json", {name: described(name, s) for name, s in CASES.items()})
