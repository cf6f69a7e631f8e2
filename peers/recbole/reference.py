"""RecBole's own model classes on a shop of a few users: what a model asks of a config and a dataset, and nothing more.

Everything runs in float64, so that fixtures are exact to float32. Ids here are RecBole's: 0 is padding, users and items
count from 1. Weights are drawn larger than RecBole's starts, so that no gradient is lost in rounding.
"""

import sys
from pathlib import Path

import numpy as np
import recbole
import scipy.sparse as sp
import torch
import yaml
from recbole.data.interaction import Interaction
from recbole.utils import FeatureType

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from common import generator, normals  # noqa: E402

torch.set_default_dtype(torch.float64)

USERS, ITEMS, LONGEST = 11, 23, 6
STEPS, RATE = 5, 0.01
FIELDS = dict(
    USER_ID_FIELD="user", ITEM_ID_FIELD="item", NEG_PREFIX="neg_", LIST_SUFFIX="_list",
    ITEM_LIST_LENGTH_FIELD="item_length", MAX_ITEM_LIST_LENGTH=LONGEST, device="cpu",
)
SMALL = dict(embedding_size=8, hidden_size=8, inner_size=12, hidden_dropout_prob=0, attn_dropout_prob=0, dropout_prob=0)


class Config(dict):
    """RecBole's configs answer None to what is not set."""

    def __missing__(self, key):
        return None


def number(value):
    """PyYAML reads 1e-12 as text."""
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


def config(model, **options):
    path = Path(recbole.__file__).parent / "properties" / "model" / f"{model}.yaml"
    defaults = {key: number(value) for key, value in yaml.safe_load(path.read_text()).items()}
    return Config(FIELDS | defaults | SMALL | options)


class Shop:
    """Distinct items per user, oldest first; users have 3 to 9 of them. `padding` = 0 leaves out the numbers 0."""

    def __init__(self, padding=1):
        g = generator("recbole shop")
        sizes = [3, 9, 4, 7, 5, 8, 3, 6, 9, 4, 5]
        self.sequences = [(torch.randperm(ITEMS, generator=g)[:size] + 1).tolist() for size in sizes]
        self.padding = padding
        self.user_num = USERS + padding

    def num(self, field):
        if field in self.vocabulary:
            return self.vocabulary[field]
        return (USERS if field == "user" else ITEMS) + self.padding

    def inter_matrix(self, form, value_field=None):
        first = self.padding
        pairs = [(user + first, item - 1 + first) for user, items in enumerate(self.sequences) for item in items]
        rows, columns = np.array(pairs).T
        return sp.coo_matrix((np.ones(len(pairs)), (rows, columns)), shape=(USERS + first, ITEMS + first))

    # What FDSA reads: a brand and up to three categories per item, 0 = none; item 0 is padding.
    field2type = {"brand": FeatureType.TOKEN_SEQ, "categories": FeatureType.TOKEN_SEQ}
    vocabulary = {"brand": 5, "categories": 7}

    def get_item_feature(self):
        g = generator("recbole features")
        drawn = {
            field: torch.randint(self.vocabulary[field], (ITEMS + 1, columns), generator=g)
            for field, columns in (("brand", 1), ("categories", 3))
        }
        for values in drawn.values():
            values[0] = 0
        return Interaction({"item": torch.arange(ITEMS + 1)} | drawn)

    def history_item_matrix(self, value_field=None, max_history_len=None):
        longest = max(len(items) for items in self.sequences)
        ids = torch.zeros(USERS + 1, longest, dtype=torch.long)
        for user, items in enumerate(self.sequences):
            ids[user + 1, : len(items)] = torch.tensor(items)
        return ids, None, (ids > 0).sum(1)


def trained(model):
    return {key: value for key, value in model.named_parameters() if value.requires_grad}


def fill(model, name):
    """Fixed weights by the parameter's name: N(0, 0.25), scales of norms near 1."""
    for key, parameter in model.named_parameters():
        values = normals(generator(f"{name}/{key}"), *parameter.shape)
        is_scale = parameter.dim() == 1 and key.endswith("weight")
        parameter.data = (1 + 0.2 * values if is_scale else 0.5 * values).float().double()
    return model


class WithoutPadding(torch.nn.Module):
    """RecBole's cross entropy runs over the padding row too, as if it were an item; ours does not. Logits [B, 1 + items]."""

    def forward(self, logits, targets):
        return torch.nn.functional.cross_entropy(logits[:, 1:], targets - 1)


def recorded(name, model, loss_of, scores=None):
    """Weights, loss, every gradient and the losses of a few Adam steps on the one batch."""
    out = {f"{name}/weights/{key}": value.clone() for key, value in trained(model).items()}
    if scores is not None:
        with torch.no_grad():
            out[f"{name}/scores"] = scores(model)
    optimiser = torch.optim.Adam(trained(model).values(), lr=RATE)
    losses = []
    for step in range(STEPS):
        optimiser.zero_grad()
        loss = loss_of(model)
        loss.backward()
        if step == 0:
            out |= {f"{name}/gradients/{key}": value.grad.clone() for key, value in trained(model).items()}
        losses.append(loss.item())
        optimiser.step()
    return out | {f"{name}/losses": torch.tensor(losses)}
