"""One training step of ISRF in the form of its authors' public code, by PyTorch in float64, as far as that form is known
(facts alone, no line of that code): prompt vectors before the text, ordinal whole words in sequential prompts and rows
of the user-item graph in direct ones, each with its own beta; e_u of eq. 9 is the mean over all positions' ordinals,
padding too; e~_u teaches h_u; symmetric contrasts of dot products with soft targets; R with a self loop, L = L' = 4,
d_m = d; AdamW. Explanations name their user and item by the graph and distil as direct prompts do. The decoder is given
no mask of prompts, and padding of answers is learnt like any token. Each task takes its step from the same start.

Reads t5/model.safetensors (t5.py). Writes authors-step.safetensors: tables, graphs, prompts and, for each task, losses,
the gradient of everything that is learned, and the values after one update.
"""

import torch
import torch.nn.functional as F
from transformers import T5ForConditionalGeneration

from common import FIXTURES, generator, normals, save
from interests import interaction_operator, light_gcn

USERS, ITEMS, WIDTH, VOCABULARY = 9, 14, 24, 23
LAYERS, NEIGHBOURS, PROMPTS, BATCH, LENGTH, TARGET = 4, 3, 3, 5, 16, 4
BETA = dict(sequential=0.75, direct=1.5, explanation=1.5)
# The step is large, so that float32 shows it; entries of nearly no gradient go either way.
OPTIMISER = dict(lr=1e-2, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)
PADDING, END = 0, 1
# The product has 512; later ones stand in no prompt here.
ORDINALS = 8


def interactions():
    chosen = torch.rand(USERS, ITEMS, generator=generator("authors graph")) < 0.35
    chosen[:, 0] = True
    return chosen


def relation():
    """Top k without the user, then the user too: the mean over k + 1."""
    score = torch.rand(USERS, USERS, generator=generator("authors relation"))
    neighbours = score.fill_diagonal_(-1).topk(NEIGHBOURS).indices
    r = torch.eye(USERS, dtype=torch.float64).scatter(1, neighbours, 1.0)
    return neighbours, r / (NEIGHBOURS + 1)


def examples(task):
    """Padded prompts and answers; a word is 0 (none), 1 (the user) or 3 and more (items), two tokens each."""
    g = generator(f"authors {task}")
    users = torch.tensor([1, 3, 8, 3, 6] if task == "explanation" else [2, 7, 2, 0, 5])
    slots = 1 if task == "explanation" else 4
    counts = torch.tensor([2, 4, 1, 3, 4]) if task == "sequential" else torch.full((BATCH,), slots)
    items = torch.stack([torch.randperm(ITEMS, generator=g)[:slots] for _ in range(BATCH)])
    words = torch.zeros(BATCH, LENGTH, dtype=torch.long)
    lengths = 2 * counts + 5
    for b in range(BATCH):
        written = [0, 1, 1, 0] + [3 + slot for slot in range(counts[b]) for _ in range(2)] + [0]
        words[b, : len(written)] = torch.tensor(written)
    present = torch.arange(LENGTH)[None] < lengths[:, None]
    tokens = torch.randint(2, VOCABULARY, (BATCH, LENGTH), generator=g) * present
    labels = torch.randint(2, VOCABULARY, (BATCH, TARGET), generator=g)
    ends = torch.randint(1, TARGET, (BATCH, 1), generator=g)
    places = torch.arange(TARGET)[None]
    labels = torch.where(places == ends, END, torch.where(places > ends, PADDING, labels))
    return dict(users=users, counts=counts, items=items, tokens=tokens, words=words, lengths=lengths, labels=labels)


def start():
    """Everything that is learned beside the backbone."""
    g = generator("authors start")
    shapes = {
        "interest.users": (USERS, WIDTH), "group.users": (USERS, WIDTH), "omega.zero": (WIDTH,),
        "omega.positions": (ORDINALS, WIDTH), "prompt.sequential": (PROMPTS, WIDTH), "prompt.direct": (PROMPTS, WIDTH),
        "adapter.w1": (WIDTH, WIDTH), "adapter.b1": (WIDTH,), "adapter.w2": (WIDTH, WIDTH), "adapter.b2": (WIDTH,),
        "prompt.explanation": (PROMPTS, WIDTH),
    }
    size = {"adapter.w1": 0.2, "adapter.w2": 0.2}
    values = {name: normals(g, *shape) * size.get(name, 1) for name, shape in shapes.items()}
    return {name: value.float().double().requires_grad_() for name, value in values.items()}


def interests(p, texts, graph, r):
    items = F.linear(F.linear(texts, p["adapter.w1"], p["adapter.b1"]), p["adapter.w2"], p["adapter.b2"])
    individual = light_gcn(graph, torch.cat([p["interest.users"], items]), LAYERS)
    return individual[:USERS], individual[USERS:], light_gcn(r, p["group.users"], LAYERS)


def soft_target_contrast(a, k):
    """Targets: how alike users of the batch are by both vectors; read along rows, and along columns."""
    targets = F.softmax((a @ a.T + k @ k.T) / 2, dim=-1)
    logits = a @ k.T
    rows = F.cross_entropy(logits, targets, reduction="none")
    columns = F.cross_entropy(logits.T, targets.T, reduction="none")
    return ((rows + columns) / 2).mean()


def sequential_words(p, x, tables):
    """Ordinals: 0 none, 1 the user, 2.. items. The mean over positions is eq. 9's e_u; h_u stands against it."""
    _, _, group = tables
    words = p["omega.positions"][torch.where(x["words"] < 2, x["words"], x["words"] - 1)]
    # Padding counts as far as the longest prompt of the batch.
    return words, soft_target_contrast(group[x["users"]], words[:, : x["lengths"].max()].mean(1))


def graph_words(p, x, tables):
    """Rows of the graph; e~_u, detached, teaches h_u."""
    users, items, group = tables
    none = p["omega.zero"].expand(BATCH, 1, WIDTH)
    own = users[x["users"]]
    rows = torch.cat([none, own[:, None], none, items[x["items"]]], 1)
    words = rows.gather(1, x["words"][..., None].expand(-1, -1, WIDTH))
    return words, soft_target_contrast(group[x["users"]], own.detach())


TASKS = dict(sequential=sequential_words, direct=graph_words, explanation=graph_words)


def losses(task, model, p, x, tables):
    words, alignment = TASKS[task](p, x, tables)
    # A batch ends with its longest prompt.
    longest = x["lengths"].max()
    text = (model.shared(x["tokens"]) + BETA[task] * words)[:, :longest]
    embedded = torch.cat([p[f"prompt.{task}"].expand(BATCH, -1, -1), text], 1)
    mask = torch.arange(PROMPTS + longest)[None] < PROMPTS + x["lengths"][:, None]
    encoded = model.encoder(inputs_embeds=embedded, attention_mask=mask.long())
    logits = model(encoder_outputs=encoded, labels=x["labels"]).logits
    generation = F.cross_entropy(logits.transpose(1, 2), x["labels"], reduction="none").mean(1).mean()
    return generation, alignment


def step(task, texts, graph, r):
    model = T5ForConditionalGeneration.from_pretrained(FIXTURES / "t5").double().eval()
    p = start()
    x = examples(task)
    learned = dict(model.named_parameters()) | p
    optimiser = torch.optim.AdamW(list(learned.values()), **OPTIMISER)
    generation, alignment = losses(task, model, p, x, interests(p, texts, graph, r))
    (generation + alignment).backward()
    out = {f"{task}/{key}": value for key, value in x.items()}
    out |= {f"{task}/generation": generation.reshape(1), f"{task}/alignment": alignment.reshape(1)}
    moved = {name: value for name, value in learned.items() if value.grad is not None}
    out |= {f"{task}/gradient/{name}": value.grad for name, value in moved.items()}
    optimiser.step()
    return out | {f"{task}/after/{name}": value for name, value in moved.items()}


if __name__ == "__main__":
    texts = normals(generator("authors texts"), ITEMS, WIDTH)
    chosen = interactions()
    neighbours, r = relation()
    out = {"pairs": chosen.nonzero(), "neighbours": neighbours, "texts": texts}
    out |= {f"start/{name}": value for name, value in start().items()}
    for task in TASKS:
        out |= step(task, texts, interaction_operator(chosen), r.to_sparse_coo())
    save("authors-step.safetensors", out)
    print({name: value.item() for name, value in out.items() if value.numel() == 1})
