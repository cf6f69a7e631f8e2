"""ISRF's network in plain PyTorch: what stands around the T5 in src/recommenders/generative/network/network.ts, for the options of
the presets `mini` and `small`. Prompts come as tokens, and as whole words [B, W, d] with the word of every position."""

import torch
import torch.nn.functional as F
from torch import nn

from common import mean_token_loss
from t5 import MASKED, T5

#: Whole words of an example: omega_0, the user, the group, then items.
FIRST_ITEM = 3
RECENCIES = 64


def info_nce(anchors, keys, users, temperature):
    """Rows of the same user are no negatives of each other."""
    cosines = F.normalize(anchors, dim=1) @ F.normalize(keys, dim=1).T / temperature
    same = (users[:, None] == users[None]) & ~torch.eye(len(users), dtype=torch.bool, device=users.device)
    return F.cross_entropy(cosines.masked_fill(same, MASKED), torch.arange(len(users), device=users.device))


class Isrf(nn.Module):
    def __init__(self, config):
        super().__init__()
        o, d = config["options"], config["t5"]["width"]
        self.o, self.scales, self.n_items = o, config["scales"], config["nItems"]
        self.t5 = T5(config["t5"])
        self.dropout = config["t5"]["dropout"]
        self.prompts = nn.ParameterDict({task: nn.Parameter(torch.empty(o["prompts"], d)) for task in ("sequential", "direct")})
        self.zero = nn.Parameter(torch.empty(d))
        self.words = nn.Embedding(self.n_items + 2, d)
        if o["recency"]:
            self.recency = nn.Embedding(RECENCIES, d)
        if o["interaction"]:
            self.interaction = nn.Parameter(torch.empty(d))
        if o["headShortcut"]:
            self.head_recency = nn.Parameter(torch.empty(RECENCIES, 1))
            self.head_history = nn.Parameter(torch.empty(1))
            self.affinity = nn.Parameter(torch.empty(1))
        if o["historyMap"]:
            self.head_map = nn.Parameter(torch.empty(d, d))
        if o["candidateHistory"]:
            self.head_candidates = nn.Parameter(torch.empty(1))

    def load(self, tensors):
        """Fill the parameters by the names they have in the product."""
        own = {"omega.zero": "zero", "omega.sequential": "words.weight", "recency": "recency.weight", "interaction": "interaction"}
        own |= {f"head.{name}": f"head_{name}" for name in ("recency", "history", "map", "candidates")} | {"head.affinity": "affinity"}
        own |= {f"prompt.{task}": f"prompts.{task}" for task in ("sequential", "direct")}
        self.load_state_dict({own.get(name, f"t5.{name}"): value for name, value in tensors.items()})

    def whole_words(self, task, user, group, items):
        """`items`: rows of the candidates' interests [B, n, d] in the direct task, item numbers [B, n] otherwise."""
        batch = group.shape[0]
        none = self.zero.expand(batch, 1, -1)
        if user is None:
            user_word = self.words.weight[self.n_items].expand(batch, 1, -1)
        else:
            user_word = (user * self.scales["individual"])[:, None]
        if task == "direct":
            item_words = items * self.scales["individual"]
            if self.o["interaction"]:
                item_words = item_words + item_words * user_word * self.interaction
        else:
            item_words = self.words(items)
        group_word = (group * self.scales["group"])[:, None] if self.o["groupWord"] else none
        return torch.cat([none, user_word, group_word, item_words], 1)

    def recent_rows(self, items, recencies):
        """Mean row of the items [B, n], weighted by a softmax of one logit per recency (0 = none): [B, d]; 0 without items."""
        logits = self.head_recency[recencies, 0].masked_fill(recencies == 0, MASKED)
        weights = torch.softmax(logits, 1) * (recencies > 0).any(1, keepdim=True)
        mean = (weights[..., None] * self.words(items)).sum(1)
        if self.o["historyMap"]:
            mean = mean @ self.head_map
        return F.dropout(mean, self.dropout, self.training) * self.head_history

    def forward(self, b):
        """Loss and its parts. `b`: task, tokens [B, S, k], present [B, S], word_of [B, S], recencies, user, group, items,
        share [B, n] (1/n at items), users, decoder_tokens, labels, targets, slots (of targets among items; direct),
        candidates, history, history_recencies [B, n] (numbers; direct)."""
        o, task = self.o, b["task"]
        words = self.whole_words(task, b["user"], b["group"], b["items"])
        text = self.t5.shared(b["tokens"]).sum(2)
        placed = words.gather(1, b["word_of"][..., None].expand(-1, -1, words.shape[2]))
        inputs = text + placed * o["beta"]
        if o["recency"] and task == "sequential":
            inputs = inputs + self.recency(b["recencies"])
        batch = inputs.shape[0]
        inputs = torch.cat([self.prompts[task].expand(batch, -1, -1), inputs], 1)
        mask = torch.where(b["present"], 0.0, MASKED)
        mask = F.pad(mask, (o["prompts"], 0))[:, None, None]
        hidden = self.t5.encode(inputs, mask)
        decoded = self.t5.decode(b["decoder_tokens"], hidden, mask)
        generation = mean_token_loss(self.t5.logits(decoded), b["labels"], o["labelSmoothing"])
        if task == "direct":
            alignment, weight = info_nce(b["group"].detach(), b["user"], b["users"], o["temperature"]), o["lambdaDirect"]
        else:
            means = (words[:, FIRST_ITEM:] * b["share"][..., None]).sum(1)
            alignment, weight = info_nce(b["group"], means, b["users"], o["temperature"]), o["lambdaSequential"]
        loss = generation + weight * alignment
        parts = [generation, alignment]
        state, scale = decoded[:, 0], decoded.shape[2] ** -0.5
        if o["itemHead"] > 0 and task == "sequential":
            recencies = b["recencies"][:, -b["items"].shape[1] :]
            query = (state + self.recent_rows(b["items"], recencies) if o["headShortcut"] else state) * scale
            head = F.cross_entropy(query @ self.words.weight[: self.n_items].T, b["targets"])
            loss = loss + o["itemHead"] * head
            parts.append(head)
        if o["candidateHead"] > 0 and task == "direct":
            candidates = hidden[:, -b["share"].shape[1] :]
            logits = (candidates @ (state * scale)[..., None])[..., 0]
            if o["headShortcut"]:
                logits = logits + (b["items"] @ b["user"][..., None])[..., 0] * self.affinity
            if o["candidateHistory"]:
                query = self.recent_rows(b["history"], b["history_recencies"]) * scale
                logits = logits + (self.words(b["candidates"]) @ query[..., None])[..., 0] * self.head_candidates
            head = F.cross_entropy(logits, b["slots"])
            loss = loss + o["candidateHead"] * head
            parts.append(head)
        return loss, parts
