"""Losses, gradients, Adam steps and rankings of RecBole's SASRec, GRU4Rec, BERT4Rec, FDSA, HGN, Caser, LightGCN, SimpleX and
NCL, and of SELFRec's XSimGCL, on one batch each.

Where RecBole deviates from what the product does, the recipe says so and makes them equal; `docs/baselines.md` lists it.
"""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import scipy.sparse as sp
import torch
from recbole.model.general_recommender.lightgcn import LightGCN
from recbole.model.general_recommender.ncl import NCL
from recbole.model.general_recommender.simplex import SimpleX
from recbole.model.sequential_recommender.bert4rec import BERT4Rec
from recbole.model.sequential_recommender.caser import Caser
from recbole.model.sequential_recommender.fdsa import FDSA
from recbole.model.sequential_recommender.gru4rec import GRU4Rec
from recbole.model.sequential_recommender.hgn import HGN
from recbole.model.sequential_recommender.sasrec import SASRec

from reference import ITEMS, LONGEST, SMALL, USERS, Shop, WithoutPadding, config, fill, generator, normals, recorded
from common import save

SHOP = Shop()
WIDTH = SMALL["embedding_size"]


def right_padded(histories):
    rows = torch.zeros(len(histories), LONGEST, dtype=torch.long)
    for row, items in enumerate(histories):
        rows[row, : len(items)] = torch.tensor(items)
    return rows, torch.tensor([len(items) for items in histories])


def instances(places):
    """(user, position) -> a batch as RecBole's loader gives it, with one negative each."""
    g = generator("recbole negatives")
    histories = [SHOP.sequences[user][max(0, at - LONGEST) : at] for user, at in places]
    seq, length = right_padded(histories)
    negatives = []
    for user, _ in places:
        free = [item for item in range(1, ITEMS + 1) if item not in SHOP.sequences[user]]
        negatives.append(free[torch.randint(len(free), (1,), generator=g).item()])
    return {
        "user": torch.tensor([user + 1 for user, _ in places]),
        "item": torch.tensor([SHOP.sequences[user][at] for user, at in places]),
        "neg_item": torch.tensor(negatives),
        "item_list": seq,
        "item_length": length,
    }


# Every length from 1 to LONGEST, a history longer than that, and one user twice.
BATCH = instances([(0, 1), (1, 2), (1, 8), (3, 3), (4, 4), (5, 5), (5, 7), (7, 1), (9, 3)])
FULL = instances([(1, 6), (1, 8), (3, 6), (5, 7), (8, 6), (8, 8)])


def loss_of(batch):
    return lambda model: model.calculate_loss(batch)


def next_item(name, make, batch=BATCH, **options):
    out = {}
    for loss in ("CE", "BPR"):
        model = make(config(make.__name__, loss_type=loss, **options), SHOP)
        if loss == "CE":
            model.loss_fct = WithoutPadding()
        scores = lambda m: m.full_sort_predict(batch)[:, 1:]
        out |= recorded(f"{name}/{loss.lower()}", fill(model, name), loss_of(batch), scores)
    return out


def published_cross_entropy():
    """RecBole's own SASRec loss, padding row included, beside the logits of that row."""
    model = fill(SASRec(config("SASRec"), SHOP), "sasrec")
    with torch.no_grad():
        padding = model.full_sort_predict(BATCH)[:, 0]
        return {"sasrec/published/loss": model.calculate_loss(BATCH).reshape(1), "sasrec/published/padding": padding}


def bert4rec():
    """An output bias of -1e9 takes the padding row out of the softmax. RecBole ignores a mask in the first place (it reads
    its index 0 as padding), so none is there; its test input always drops the oldest item, so scores take full histories."""
    model = fill(BERT4Rec(config("BERT4Rec", mask_ratio=0.5), SHOP), "bert4rec")
    model.output_bias.data[0] = -1e9
    token = ITEMS + 1
    masked = [[1, 3], [1], [2, 4, 5], [3]]
    rows = [SHOP.sequences[user][:LONGEST] for user in (1, 2, 5, 10)]
    seq, length = right_padded(rows)
    index = torch.zeros(len(rows), 3, dtype=torch.long)
    target = torch.zeros_like(index)
    for row, places in enumerate(masked):
        for column, place in enumerate(places):
            index[row, 3 - len(places) + column] = place
            target[row, 3 - len(places) + column] = rows[row][place]
            seq[row, place] = token
    batch = {"Mask_item_list": seq, "Pos_item_list": target, "neg": target, "MASK_INDEX": index}
    names = {"MASK_ITEM_SEQ": "Mask_item_list", "POS_ITEMS": "Pos_item_list", "NEG_ITEMS": "neg", "MASK_INDEX": "MASK_INDEX"}
    for attribute, field in names.items():
        setattr(model, attribute, field)
    full = {"item_list": FULL["item_list"], "item_length": FULL["item_length"]}
    scores = lambda m: m.full_sort_predict(full)[:, 1:]
    batch_out = {"masked": seq, "length": length, "index": index, "target": target}
    return recorded("bert4rec", model, loss_of(batch), scores) | {f"bert4rec/{k}": v for k, v in batch_out.items()}


def general(name, model, batch, loss=None, padding=1):
    users = torch.arange(USERS) + padding
    scores = lambda m: m.full_sort_predict({"user": users}).reshape(USERS, -1)[:, padding:]
    return recorded(name, model, loss or loss_of(batch), scores)


def lightgcn():
    """`require_pow` makes RecBole's penalty the authors' squared one."""
    options = dict(n_layers=2, reg_weight=0.05, require_pow=True)
    model = fill(LightGCN(config("LightGCN", **options), SHOP), "lightgcn")
    model.norm_adj_matrix = model.norm_adj_matrix.double()
    return general("lightgcn", model, BATCH)


def simplex():
    """Several negatives; the positive stays among its user's pooled items. Its penalty covers pooled items and negatives too:
    weight 0."""
    rows, negatives = len(BATCH["user"]), 4
    options = dict(train_neg_sample_args={"sample_num": negatives}, reg_weight=0, margin=0.1, gamma=0.3)
    model = fill(SimpleX(config("SimpleX", **options), SHOP), "simplex")
    model.item_emb.weight.data[0] = 0
    drawn = torch.randint(1, ITEMS + 1, (rows, negatives), generator=generator("simplex negatives"))
    # RecBole's loader repeats the pairs once per negative: all first negatives, then all second ones.
    batch = {key: BATCH[key].repeat(negatives) for key in ("user", "item")} | {"neg_item": drawn.T.reshape(-1)}
    return general("simplex", model, batch) | {"simplex/negatives": drawn}


def ncl():
    """A shop without padding numbers, since RecBole's denominators count them as users and items. Centroids are given (its
    k-means needs faiss on a GPU). Its penalty is not squared: weight 0, since LightGCN's case covers ours."""
    clusters, shop = 4, Shop(padding=0)
    model = fill(NCL(config("NCL", n_layers=3, reg_weight=0, ssl_reg=0.01, proto_reg=0.02, alpha=1.5), shop), "ncl")
    model.norm_adj_mat = model.norm_adj_mat.double()
    g = generator("ncl clusters")
    centroids = lambda: torch.nn.functional.normalize(normals(g, clusters, WIDTH)).float().double()
    model.user_centroids, model.item_centroids = centroids(), centroids()
    model.user_2cluster = torch.randint(clusters, (USERS,), generator=g)
    model.item_2cluster = torch.randint(clusters, (ITEMS,), generator=g)
    extra = {key: getattr(model, key) for key in ("user_centroids", "item_centroids", "user_2cluster", "item_2cluster")}
    batch = {key: BATCH[key] - 1 for key in ("user", "item", "neg_item")}
    values = general("ncl", model, batch, lambda m: sum(m.calculate_loss(batch)), padding=0)
    return values | {f"ncl/{key}": value for key, value in extra.items()}


def fdsa():
    """Both fields as lists of numbers, so that 0 means none in either."""
    out = next_item("fdsa", FDSA, selected_features=["brand", "categories"], pooling_mode="mean")
    features = SHOP.get_item_feature()
    # Ours is trained by cross entropy alone.
    kept = {key: value for key, value in out.items() if key.startswith("fdsa/ce/")}
    return kept | {f"fdsa/{field}": features[field] for field in ("brand", "categories")}


def hgn():
    """Full windows only: RecBole lets padding into the instance gate. CE only: its BPR takes negatives from another table."""
    model = HGN(config("HGN", pooling_type="average", reg_weight=[0, 0]), SHOP)
    model.loss_fct = WithoutPadding()
    scores = lambda m: m.full_sort_predict(FULL)[:, 1:]
    fill(model, "hgn")
    for redundant in (model.w2.bias, model.b):  # three biases of one sum
        redundant.requires_grad_(False).zero_()
    return recorded("hgn", model, loss_of(FULL), scores)


def caser():
    """Full windows, since ours are padded on the other side. The penalty reaches the padding rows too: users have none in ours."""
    model = Caser(config("Caser", nv=3, nh=2, reg_weight=0.05, loss_type="CE"), SHOP)
    model.loss_fct = WithoutPadding()
    fill(model, "caser").user_embedding.weight.data[0] = 0
    return recorded("caser", model, loss_of(FULL), lambda m: m.full_sort_predict(FULL)[:, 1:])


def xsimgcl():
    """SELFRec's encoder and losses, its GPU calls turned off and its noise given. `10e-6` inside its ranking loss remains."""
    sys.path.insert(0, str(Path(__file__).resolve().parent / "selfrec"))
    torch.Tensor.cuda = lambda self, *_, **__: self
    # Its evaluation is compiled by numba; nothing here evaluates.
    sys.modules["numba"] = SimpleNamespace(jit=lambda *_, **__: lambda function: function)
    from model.graph.XSimGCL import XSimGCL, XSimGCL_Encoder
    from util.loss_torch import bpr_loss, l2_reg_loss

    r = Shop(padding=0).inter_matrix("coo")
    a = sp.bmat([[None, r], [r.T, None]]).toarray()
    degrees = np.maximum(a.sum(1), 1)
    norm_adj = sp.csr_matrix(a / np.sqrt(degrees[:, None] * degrees[None]))
    data = SimpleNamespace(user_num=USERS, item_num=ITEMS, norm_adj=norm_adj)
    layers, rate, penalty = 2, 0.2, 0.05
    encoder = fill(XSimGCL_Encoder(data, WIDTH, eps=0.1, n_layers=layers, layer_cl=1), "xsimgcl")
    encoder.sparse_norm_adj = torch.sparse_coo_tensor(np.stack(norm_adj.nonzero()), norm_adj.data, norm_adj.shape).coalesce()
    noise = torch.rand(layers, USERS + ITEMS, WIDTH, generator=generator("noise")).float().double()
    owner = SimpleNamespace(temp=0.15)
    users, positives, negatives = BATCH["user"] - 1, BATCH["item"] - 1, BATCH["neg_item"] - 1

    def loss(model):
        given = iter(noise)
        drawn, torch.rand_like = torch.rand_like, lambda like: next(given)
        ranked_users, ranked_items, view_users, view_items = model(True)
        torch.rand_like = drawn
        user, positive, negative = ranked_users[users], ranked_items[positives], ranked_items[negatives]
        contrast = XSimGCL.cal_cl_loss(owner, [users.tolist(), positives.tolist()], ranked_users, view_users, ranked_items, view_items)
        return bpr_loss(user, positive, negative) + l2_reg_loss(penalty, user, positive) + rate * contrast

    def scores(model):
        users, items = model()
        return users @ items.T

    return recorded("xsimgcl", encoder, loss, scores) | {"xsimgcl/noise": noise}


def shop_and_batches():
    lists = torch.zeros(USERS, 9, dtype=torch.long)
    for user, items in enumerate(SHOP.sequences):
        lists[user, : len(items)] = torch.tensor(items)
    out = {"shop": lists} | {f"batch/{key}": value for key, value in BATCH.items()}
    return out | {f"full/{key}": value for key, value in FULL.items()}


if __name__ == "__main__":
    cases = [shop_and_batches(), next_item("sasrec", SASRec), published_cross_entropy()]
    cases += [next_item("gru4rec", GRU4Rec, hidden_size=10), bert4rec(), fdsa(), lightgcn(), simplex(), ncl(), hgn(), caser(), xsimgcl()]
    save("id-models.safetensors", {key: value for case in cases for key, value in case.items()})
