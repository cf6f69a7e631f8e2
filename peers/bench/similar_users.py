"""The most similar users of every user by cosine: blocked products and topk in torch, or FAISS's flat index."""

import torch
import torch.nn.functional as F

from common import read

NEIGHBOURS = 100
BLOCK = 1024


def by_torch(users):
    unit = F.normalize(users, dim=1)
    cosines, neighbours = [], []
    for start in range(0, len(unit), BLOCK):
        block = unit[start : start + BLOCK] @ unit.T
        block[torch.arange(len(block)), torch.arange(start, start + len(block))] = float("-inf")
        best = block.topk(NEIGHBOURS, dim=1)
        cosines.append(best.values)
        neighbours.append(best.indices)
    return torch.cat(cosines), torch.cat(neighbours)


def by_faiss(users, threads):
    import faiss

    faiss.omp_set_num_threads(threads)
    unit = F.normalize(users, dim=1).numpy()
    index = faiss.IndexFlatIP(unit.shape[1])
    index.add(unit)
    # The user itself is among the nearest and is taken out.
    cosines, neighbours = (torch.from_numpy(x) for x in index.search(unit, NEIGHBOURS + 1))
    own = neighbours == torch.arange(len(unit))[:, None]
    own[:, -1] |= ~own.any(1)
    return cosines[~own].view(-1, NEIGHBOURS), neighbours[~own].view(-1, NEIGHBOURS)


def open_case(folder, context):
    users = read(folder, "users", context.device)["users"]

    @torch.inference_mode()
    def run(_=0):
        return by_faiss(users, context.threads) if context.variant == "faiss" else by_torch(users)

    def check():
        cosines = run()[0]
        return [cosines.mean().item(), cosines[:, -1].mean().item()]

    return {"run": run, "check": check}
