"""LightGCN propagation, the adapter and InfoNCE by PyTorch and scipy in float64, gradients included.

The graphs are built here from edge lists with scipy.sparse, by the formulas and not by the product's code.
"""

import numpy as np
import scipy.sparse as sp
import torch
import torch.nn.functional as F

from common import generator, normals, save

USERS, ITEMS, WIDTH, READ = 17, 23, 6, 5
LAYERS = (0, 1, 2, 3)
NEIGHBOURS = 4


def scaled_both_sides(matrix, rows, columns):
    """diag(rows)^-1/2 M diag(columns)^-1/2; a degree of 0 has no entries to scale."""
    inverse = lambda degrees: sp.diags(1 / np.sqrt(np.maximum(degrees, 1)))
    return inverse(rows) @ matrix @ inverse(columns)


def torch_sparse(matrix):
    coo = matrix.tocoo()
    places = torch.from_numpy(np.stack([coo.row, coo.col])).long()
    return torch.sparse_coo_tensor(places, torch.from_numpy(coo.data), coo.shape).coalesce()


def interactions():
    """Distinct (user, item) pairs; user 3 and items 20..22 have none."""
    g = generator("interactions")
    chosen = torch.rand(USERS, ITEMS, generator=g) < torch.linspace(0.05, 0.7, USERS)[:, None]
    chosen[3] = False
    chosen[:, 20:] = False
    return chosen


def interaction_operator(chosen):
    r = sp.csr_matrix(chosen.numpy().astype(np.float64))
    a = sp.bmat([[None, r], [r.T, None]]).tocsr()
    degrees = np.asarray(a.sum(1)).ravel()
    return torch_sparse(scaled_both_sides(a, degrees, degrees))


def relation():
    """Each user's most similar other users, and the mean over them."""
    g = generator("relation")
    score = torch.rand(USERS, USERS, generator=g) + torch.linspace(0, 0.6, USERS)[None]
    score.fill_diagonal_(-1)
    neighbours = score.topk(NEIGHBOURS).indices
    r = np.zeros((USERS, USERS))
    np.put_along_axis(r, neighbours.numpy(), 1.0, axis=1)
    return neighbours, sp.csr_matrix(r / NEIGHBOURS)


def light_gcn(operator, start, layers):
    outputs = [start]
    for _ in range(layers):
        outputs.append(torch.sparse.mm(operator, outputs[-1]))
    return torch.stack(outputs).mean(0)


def recorded(name, value, weights, wrt):
    grads = torch.autograd.grad((value * weights).sum(), list(wrt.values()))
    return {f"{name}/value": value} | {f"{name}/gradient/{key}": grad for key, grad in zip(wrt, grads)}


def propagation():
    g = generator("propagation")
    chosen = interactions()
    operator = interaction_operator(chosen)
    start = normals(g, USERS + ITEMS, WIDTH).requires_grad_()
    weights = normals(g, USERS + ITEMS, WIDTH)
    pairs = chosen.nonzero()
    out = {"pairs": pairs, "graph/start": start, "graph/weights": weights}
    for layers in LAYERS:
        out |= recorded(f"graph/{layers}", light_gcn(operator, start, layers), weights, {"start": start})
    neighbours, matrix = relation()
    users = normals(g, USERS, WIDTH).requires_grad_()
    out |= {"neighbours": neighbours, "relation/start": users, "relation/weights": weights[:USERS]}
    value = light_gcn(torch_sparse(matrix), users, 2)
    return out | recorded("relation/row", value, weights[:USERS], {"start": users})


def adapters():
    g = generator("adapters")
    hidden = (READ + WIDTH) // 2
    texts, weights = normals(g, ITEMS, READ), normals(g, ITEMS, WIDTH)
    shapes = {"w1": (hidden, READ), "b1": (hidden,), "w2": (WIDTH, hidden), "b2": (WIDTH,)}
    p = {f"adapter.{key}": normals(g, *shape).requires_grad_() for key, shape in shapes.items()}
    out = {"adapter/texts": texts, "adapter/weights": weights} | {f"adapter/{key}": value for key, value in p.items()}
    inner = F.linear(texts, p["adapter.w1"], p["adapter.b1"])
    return out | recorded("adapter/none", F.linear(inner, p["adapter.w2"], p["adapter.b2"]), weights, p)


def contrastive():
    """Rows of one user are no negatives of each other: user 4 stands in the batch three times."""
    g = generator("contrastive")
    users = torch.tensor([0, 4, 2, 4, 1, 4, 6, 5])
    anchors, keys = (normals(g, len(users), WIDTH).requires_grad_() for _ in range(2))
    out = {"contrastive/users": users, "contrastive/anchors": anchors, "contrastive/keys": keys}
    hidden = (users[:, None] == users[None]) & ~torch.eye(len(users), dtype=torch.bool)
    for temperature in (0.07, 0.5):
        cosines = F.cosine_similarity(anchors[:, None], keys[None], dim=-1)
        logits = (cosines / temperature).masked_fill(hidden, float("-inf"))
        loss = F.cross_entropy(logits, torch.arange(len(users)))
        wrt = {"anchors": anchors, "keys": keys}
        out |= recorded(f"contrastive/{temperature}", loss.reshape(1), torch.ones(1), wrt)
    return out


if __name__ == "__main__":
    save("interests.safetensors", propagation() | adapters() | contrastive())
