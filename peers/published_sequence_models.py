"""The formulas of `sequence_models.py`, which the product is held to, beside the published code of their authors.

eSASRec's authors publish in RecTools (`pip install --no-deps rectools==0.19.0`), BSARec's at github.com/yehjin-shin/BSARec,
of which a clone is named:

    peers/.venv/bin/python peers/published_sequence_models.py BSAREC_CLONE

Equal weights in float64, dropout off: losses and every gradient must agree. Nothing is written. What differs on purpose
(pads, pooled draws, the padding row among the answers) is left out where that is said, or its size is printed.
"""

import argparse
import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import torch
import torch.nn.functional as F

import sequence_models as ours
from common import generator

TOLERANCE = 1e-10
# Names of the product's parameters beside those of the published layers.
LIGR = {
    "attentionNorm": "layer_norm_1",
    "attentionGate": "gating_linear_1",
    "outerNorm": "layer_norm_2",
    "outerGate": "gating_linear_2",
    "innerGate": "feed_forward.ff_linear_1",
    "inner": "feed_forward.ff_linear_3",
    "outer": "feed_forward.ff_linear_2",
    "output": "multi_head_attn.out_proj",
}
BSAREC = {
    "filterNorm": "layer.filter_layer.LayerNorm",
    "query": "layer.attention_layer.query",
    "key": "layer.attention_layer.key",
    "value": "layer.attention_layer.value",
    "output": "layer.attention_layer.dense",
    "attentionNorm": "layer.attention_layer.LayerNorm",
    "inner": "feed_forward.dense_1",
    "outer": "feed_forward.dense_2",
    "outerNorm": "feed_forward.LayerNorm",
}


def rectools_layers():
    """RecTools' layers without the packages that its front doors ask for."""
    root = Path(importlib.util.find_spec("rectools").origin).parent
    for name in ("rectools", "rectools.models", "rectools.models.nn", "rectools.models.nn.transformers"):
        package = ModuleType(name)
        package.__path__ = [str(root.joinpath(*name.split(".")[1:]))]
        sys.modules[name] = package
    return [importlib.import_module(f"rectools.models.nn.transformers.{name}") for name in ("ligr", "net_blocks")]


def copy_layers(w, block, names, layer):
    """Give a published layer the product's weights."""
    for own, theirs in names.items():
        module = layer.get_submodule(theirs)
        module.weight.data = w[f"{block}.{own}.weight"].detach().clone()
        if module.bias is not None:
            module.bias.data = w[f"{block}.{own}.bias"].detach().clone()


def worst(w, own_loss, their_loss, their_gradients):
    """Largest differences: of the loss, and of a gradient's entries."""
    grads = dict(zip(w, torch.autograd.grad(own_loss, list(w.values()))))
    found = their_gradients(torch.autograd.grad)
    assert set(found) == set(w), set(found) ^ set(w)
    return abs(own_loss - their_loss).item(), max((grads[key] - found[key]).abs().max().item() for key in w)


def esasrec():
    ligr, blocks = rectools_layers()
    w = ours.esasrec_weights()
    layers = ligr.LiGRLayers(ours.LAYERS, ours.WIDTH, ours.HEADS, 0.0)
    positions = blocks.LearnableInversePositionalEncoding(True, ours.LONGEST, ours.WIDTH)
    positions.pos_emb.weight.data = w["positions"].detach().flip(0)  # theirs count from the newest item
    for l, layer in enumerate(layers.transformer_blocks):
        layer.feed_forward = blocks.SwigluFeedForward(ours.WIDTH, ours.INNER, 0.0, bias=False)
        copy_layers(w, f"blocks.{l}", LIGR, layer)
        for part in ("weight", "bias"):
            joined = [w[f"blocks.{l}.{name}.{part}"].detach() for name in ("query", "key", "value")]
            getattr(layer.multi_head_attn, f"in_proj_{part}").data = torch.cat(joined)
    items = w["items"].detach().clone().requires_grad_()

    def states(rows, history):
        # What the authors add to this are pads, which their settings for Beauty and Sports hide from attention.
        x = positions(rows[history][None].clone())
        hidden = ~torch.ones(len(history), len(history), dtype=torch.bool).tril()
        return layers(x, torch.ones(1, len(history), 1), hidden, None)[0]

    drawn = torch.randint(ours.ITEMS, (ours.POOL,), generator=generator("published"))

    def softmax(rows):
        """Cross entropy of the target among itself and draws, of which each stands for NEGATIVES / POOL."""
        losses = []
        for prefix in ours.PREFIXES:
            for query, target in zip(states(rows, prefix[:-1]), prefix[1:]):
                others = rows[drawn] @ query + torch.log(torch.tensor(ours.NEGATIVES / ours.POOL))
                logits = torch.cat([(rows[target] @ query)[None], others])
                losses.append(F.cross_entropy(logits, torch.tensor(0)))
        return torch.stack(losses).mean()

    def gradients(grad):
        named = {"items": items, "positions": positions.pos_emb.weight}
        for l, layer in enumerate(layers.transformer_blocks):
            named |= {f"{l}/{name}": value for name, value in layer.named_parameters()}
        found = dict(zip(named, grad(theirs, list(named.values()))))
        out = {"items": found["items"], "positions": found["positions"].flip(0)}
        for l in range(ours.LAYERS):
            for own, name in LIGR.items():
                for part in ("weight", "bias"):
                    if f"{l}/{name}.{part}" in found:
                        out[f"blocks.{l}.{own}.{part}"] = found[f"{l}/{name}.{part}"]
            for part in ("weight", "bias"):
                parts = found[f"{l}/multi_head_attn.in_proj_{part}"].chunk(3)
                out |= {f"blocks.{l}.{name}.{part}": g for name, g in zip(("query", "key", "value"), parts)}
        return out

    own = ours.every_position(lambda rows, history: ours.ligr_states(w, rows, history), w["items"], drawn)
    theirs = softmax(items)
    return worst(w, own, theirs, gradients)


def bsarec_model(clone, w):
    sys.path.insert(0, str(Path(clone) / "src"))
    args = SimpleNamespace(
        item_size=ours.ITEMS + 1,
        hidden_size=ours.WIDTH,
        max_seq_length=ours.LONGEST,
        batch_size=1,
        num_hidden_layers=ours.LAYERS,
        num_attention_heads=ours.HEADS,
        hidden_act="gelu",
        attention_probs_dropout_prob=0.0,
        hidden_dropout_prob=0.0,
        initializer_range=0.02,
        c=ours.C,
        alpha=ours.SHARE,
    )
    model = importlib.import_module("model.bsarec").BSARecModel(args)
    model.item_embeddings.weight.data[1:] = w["items"].detach()
    model.position_embeddings.weight.data = w["positions"].detach().clone()
    for part in ("weight", "bias"):
        getattr(model.LayerNorm, part).data = w[f"startNorm.{part}"].detach().clone()
    for l, block in enumerate(model.item_encoder.blocks):
        block.feed_forward.dense_1 = torch.nn.Linear(ours.WIDTH, ours.INNER)
        block.feed_forward.dense_2 = torch.nn.Linear(ours.INNER, ours.WIDTH)
        copy_layers(w, f"blocks.{l}", BSAREC, block)
        block.layer.filter_layer.sqrt_beta.data = w[f"blocks.{l}.highs"].detach()[None, None].clone()
    return model


def bsarec(clone):
    """On full windows, without the padding row among the answers."""
    w = ours.bsarec_weights()
    model = bsarec_model(clone, w)
    random = generator("windows")
    windows = torch.stack([torch.randperm(ours.ITEMS, generator=random)[: ours.LONGEST + 1] for _ in range(5)])
    histories, targets = windows[:, :-1], windows[:, -1]

    def gradients(grad):
        named = dict(model.named_parameters())
        found = dict(zip(named, grad(theirs, list(named.values()))))
        out = {"items": found["item_embeddings.weight"][1:], "positions": found["position_embeddings.weight"]}
        out |= {f"startNorm.{part}": found[f"LayerNorm.{part}"] for part in ("weight", "bias")}
        for l in range(ours.LAYERS):
            at = f"item_encoder.blocks.{l}"
            out[f"blocks.{l}.highs"] = found[f"{at}.layer.filter_layer.sqrt_beta"][0, 0]
            for own, name in BSAREC.items():
                out |= {f"blocks.{l}.{own}.{part}": found[f"{at}.{name}.{part}"] for part in ("weight", "bias")}
        return out

    logits = torch.stack([ours.frequency_state(w, history.tolist()) @ w["items"].T for history in histories])
    own = F.cross_entropy(logits, targets)
    theirs = F.cross_entropy(model(histories + 1)[:, -1] @ model.item_embeddings.weight[1:].T, targets)
    return worst(w, own, theirs, gradients), pads(w, model), padding_row(model, histories + 1, targets + 1, theirs)


def pads(w, model):
    """How far scores of short histories lie apart, beside their deviation: with a padding row of zeros as we have it."""
    model.item_embeddings.weight.data[0] = 0
    apart = []
    for prefix in ours.PREFIXES:
        history = prefix[:-1]
        if len(history) == ours.LONGEST:
            continue
        padded = torch.tensor([[0] * (ours.LONGEST - len(history)) + [item + 1 for item in history]])
        theirs = model(padded)[0, -1] @ w["items"].T
        own = ours.frequency_state(w, history) @ w["items"].T
        apart.append(((own - theirs).abs().mean() / own.std()).item())
    return max(apart)


def padding_row(model, histories, targets, without):
    """What the authors' own loss has beside the one that ranks items alone."""
    return (model.calculate_loss(histories, targets) - without).item()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bsarec", help="a clone of github.com/yehjin-shin/BSARec")
    clone = parser.parse_args().bsarec
    found = {"eSASRec": esasrec()}
    found["BSARec"], short, row = bsarec(clone)
    for name, (loss, gradient) in found.items():
        print(f"{name}: loss differs by {loss:.1e}, gradients by {gradient:.1e} at most")
        assert max(loss, gradient) < TOLERANCE, name
    print(f"BSARec on short histories: scores differ by up to {short:.2%} of their deviation, since pads read otherwise")
    print(f"BSARec's own loss, with the padding row among the answers: {row:+.4f}")


main()
