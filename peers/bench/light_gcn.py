"""LightGCN with BPR over torch.sparse: CSR or COO, whichever is faster here."""

import torch
import torch.nn.functional as F

from common import adamw, read, read_json


def sparse_graph(folder, rows, variant, device):
    parts = read(folder, "graph", device)
    csr = torch.sparse_csr_tensor(parts["offsets"], parts["indices"], parts["values"], (rows, rows))
    return csr if variant == "csr" else csr.to_sparse_coo().coalesce()


def open_case(folder, context):
    config = read_json(folder, "config")
    o = config["options"]
    start = read(folder, "parameters", context.device)
    users, items = (torch.nn.Parameter(start[name].clone()) for name in ("users", "items"))
    graph = sparse_graph(folder, config["rows"], context.variant, context.device)
    batches = read(folder, "batches", context.device)
    optimiser = adamw([users, items], config["optimiser"])
    count = batches["user"].shape[0]

    def propagated():
        layer = total = torch.cat([users, items])
        for _ in range(o["layers"]):
            layer = torch.sparse.mm(graph, layer)
            total = total + layer
        return (total / (o["layers"] + 1)).split([len(users), len(items)])

    def step(index):
        user, positive, negative = (batches[name][index % count] for name in ("user", "target", "negative"))
        optimiser.zero_grad(set_to_none=True)
        all_users, all_items = propagated()
        u, p, n = all_users[user], all_items[positive], all_items[negative]
        ranking = F.softplus((u * n).sum(1) - (u * p).sum(1)).mean()
        lengths = sum(rows.square().sum(1) for rows in (users[user], items[positive], items[negative]))
        loss = ranking + o["regularisation"] * 0.5 * lengths.mean()
        loss.backward()
        optimiser.step()
        return loss.item()

    @torch.inference_mode()
    def inference(_):
        propagated()

    return {"step": step, "inference": inference, "check": lambda: [step(i) for i in range(3)]}
