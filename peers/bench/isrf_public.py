"""ISRF as public code of this line of work trains such models (POD, ELMRec), in plain PyTorch:

- prompts are text: `user_12`, `item_345` in the pieces of T5's SentencePiece vocabulary, 4 to 5 tokens an id;
- batches are drawn at random and padded to their longest prompt;
- the output head spans all 32,128 rows;
- each step propagates the interests over the whole graphs inside the computation that is differentiated;
- one AdamW moves every table densely.

The model around it (width, depth, losses, interests) is the product's, the samples are those that its sampler draws. Text
is tokenised before the clock starts. Prompts are worded shortly, one template a task.
"""

import re
import time

import torch
from torch import nn

from common import adamw, read, read_json
from isrf_model import FIRST_ITEM, Isrf

T5_VOCABULARY = 32128
EOS = 1
TEMPLATES = {
    "sequential": "{user} has interacted with {items} so far . What comes next ?",
    "direct": "Which item of {items} should be recommended to {user} ?",
}


def word_tokenizer(path):
    """T5's pieces of one word; without its file, words as one piece and digits in pairs, which is about as long."""
    if path is None:
        return lambda word: [2 + hash(piece) % 30000 for piece in re.findall(r"\d{1,2}|[A-Za-z]+|.", word)]
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(path)
    return lambda word: [i for i in tokenizer.encode(word).ids if i != EOS]


class Prompts:
    def __init__(self, path):
        self.encode, self.known = word_tokenizer(path), {}

    def word(self, text):
        if text not in self.known:
            self.known[text] = self.encode(text)
        return self.known[text]

    def write(self, task, user, items):
        """Tokens, and the whole word of each: 0 none, 1 the user, 3.. items."""
        tokens, words = [], []
        for part in TEMPLATES[task].split(" "):
            texts = [(part, 0)]
            if part == "{user}":
                texts = [(f"user_{user + 1}", 1)]
            elif part == "{items}":
                texts = [(f"item_{item + 1}", FIRST_ITEM + i) for i, item in enumerate(items)]
            for text, word in texts:
                ids = self.word(text)
                tokens += ids
                words += [word] * len(ids)
        return tokens + [EOS], words + [0]


class Interests(nn.Module):
    """E~ and H: tables, adapter, and their propagation over whole graphs (eq. 2-7)."""

    def __init__(self, folder, config, device):
        super().__init__()
        o, d = config["options"], config["t5"]["width"]
        graphs = read(folder, "graphs", device)
        self.layers, self.group_layers, self.source = o["individualLayers"], o["groupLayers"], o["itemSource"]
        self.semantics = graphs["semantics"]
        rows = len(graphs["offsets"]) - 1
        self.graph = torch.sparse_csr_tensor(graphs["offsets"], graphs["indices"], graphs["values"], (rows, rows))
        users, k = graphs["neighbours"].shape
        ends = torch.arange(0, users * k + 1, k, device=device)
        shares = torch.full((users * k,), 1 / k, device=device)
        self.relation = torch.sparse_csr_tensor(ends, graphs["neighbours"].flatten(), shares, (users, users))
        read_width, hidden = self.semantics.shape[1], (self.semantics.shape[1] + d) // 2
        self.users = nn.Parameter(torch.randn(users, d, device=device) * o["sigma"])
        self.free = nn.Parameter(torch.zeros(rows - users, d, device=device)) if "free" in self.source else None
        self.adapter = nn.Sequential(nn.Linear(read_width, hidden), nn.Linear(hidden, d)).to(device)
        self.groups = nn.Parameter(torch.randn(users, d, device=device))

    @staticmethod
    def propagate(graph, start, layers):
        layer = total = start
        for _ in range(layers):
            layer = torch.sparse.mm(graph, layer)
            total = total + layer
        return total / (layers + 1)

    def individual(self):
        items = self.adapter(self.semantics)
        items = items if self.free is None else items + self.free
        return self.propagate(self.graph, torch.cat([self.users, items]), self.layers)

    def group(self):
        return self.propagate(self.relation, self.groups, self.group_layers)


def shuffled_batches(samples, generator):
    """The examples of all batches in random order, cut into batches of the same size."""
    count, size = samples["users"].shape
    order = torch.randperm(count * size, generator=generator)
    flat = {name: value.flatten(0, 1)[order] for name, value in samples.items()}
    return [{name: value[i * size : (i + 1) * size] for name, value in flat.items()} for i in range(count)]


def padded(rows, device, value=0):
    width = max(map(len, rows))
    return torch.tensor([row + [value] * (width - len(row)) for row in rows], device=device)


def open_case(folder, context):
    config, epoch, device = read_json(folder, "config"), read_json(folder, "epoch"), context.device
    config["t5"]["vocabulary"] = T5_VOCABULARY
    config["options"] |= {"groupWord": False, "recency": False, "itemHead": 0, "candidateHead": 0, "headShortcut": False, "historyMap": False, "candidateHistory": False}
    samples = {task: read(folder, f"samples-{task}", torch.device("cpu")) for task in TEMPLATES}
    if context.is_check:
        sums = [(s["items"].clamp(min=0).sum() + s["targets"].sum()).item() for s in (samples[t] for t in TEMPLATES)]
        return {"check": lambda: sums}
    prompts = Prompts(epoch["tokenizer"])
    interests = Interests(folder, config, device)
    model = Isrf(config)
    for name, parameter in model.named_parameters():
        nn.init.ones_(parameter) if "layer_norm" in name else nn.init.normal_(parameter, std=0.05)
    model.to(device).train()
    optimiser = adamw([*model.parameters(), *interests.parameters()], config["optimiser"])
    generator = torch.Generator().manual_seed(1)
    needs_user = {"direct": True, "sequential": config["options"]["sequentialUser"] == "individual"}

    def collate(task, s):
        """Tokenised and padded before the clock starts; what the tables give is looked up in the step."""
        items = [[i for i in row if i >= 0] for row in s["items"].tolist()]
        written = [prompts.write(task, user, row) for user, row in zip(s["users"].tolist(), items)]
        targets = [prompts.word(str(t + 1)) + [EOS] for t in s["targets"].tolist()]
        tokens = padded([t for t, _ in written], device)
        numbers = padded(items, device, -1)
        lengths = (numbers >= 0).sum(1, keepdim=True)
        return dict(
            task=task, tokens=tokens[..., None], present=torch.arange(tokens.shape[1], device=device)[None]
            < torch.tensor([[len(t)] for t, _ in written], device=device),
            word_of=padded([w for _, w in written], device), recencies=None, numbers=numbers,
            share=(numbers >= 0) / lengths, users=s["users"].to(device), targets=s["targets"].to(device),
            decoder_tokens=padded([[0, *t[:-1]] for t in targets], device), labels=padded(targets, device, -100),
        )

    def one_step(b):
        optimiser.zero_grad(set_to_none=True)
        group = interests.group()[b["users"]]
        user, items = None, torch.where(b["numbers"] >= 0, b["numbers"], config["nItems"] + 1)
        if needs_user[b["task"]]:
            individual = interests.individual()
            user = individual[b["users"]]
            if b["task"] == "direct":
                items = individual[config["nUsers"] + b["numbers"].clamp(min=0)]
        loss, _ = model(b | dict(user=user, group=group, items=items))
        loss.backward()
        optimiser.step()
        return loss.item()

    def run(index):
        """Seconds of an epoch from the mean step of each task. The first call warms up with one step of each."""
        total = 0.0
        for task, count in epoch["peer"].items():
            batches = shuffled_batches(samples[task], generator)[: 1 if index == 0 else count]
            ready = [collate(task, s) for s in batches]
            context.synchronise()
            since = time.perf_counter()
            for b in ready:
                one_step(b)
            context.synchronise()
            total += epoch["perEpoch"][task] * (time.perf_counter() - since) / len(ready)
        return {"seconds": total}

    return {"run": run}
