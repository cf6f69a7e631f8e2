"""SASRec with text rows, eSASRec and BSARec by PyTorch in float64: losses, gradients, Adam steps and scores.

Written from the formulas of the papers, not from anybody's code; `published_sequence_models.py` holds them to it. Histories of the causal models are computed one by one
and without padding, so that nothing of the product's rectangles, masks and places is repeated here.
"""

import torch
import torch.nn.functional as F

from common import generator, normals, save

ITEMS, WIDTH, HEADS, INNER, LONGEST, LAYERS, TEXTS = 23, 8, 2, 12, 6, 2, 5
NEGATIVES, POOL, C, SHARE = 4, 7, 5, 0.3
RATE, STEPS = 0.01, 5
PREFIXES = [[3, 7, 1], [0, 4, 9, 2, 11, 5, 8], [6, 7], [12, 3, 15, 1, 4], [16, 2, 0, 9]]
torch.set_default_dtype(torch.float64)


def weights(name, shapes):
    """Parameters by the product's names; layer norms around 1."""
    g = generator(name)
    made = {}
    for key, shape in shapes.items():
        values = normals(g, *shape) * (1 if key.endswith("highs") else 0.3)
        made[key] = (values + 1 if key.endswith("Norm.weight") else values).requires_grad_()
    return made


def linear_shapes(name, inputs, outputs, bias=True):
    return {f"{name}.weight": (outputs, inputs)} | ({f"{name}.bias": (outputs,)} if bias else {})


def norm_shapes(name):
    return {f"{name}.weight": (WIDTH,), f"{name}.bias": (WIDTH,)}


def attention_shapes(block):
    return {
        key: shape
        for part in ("query", "key", "value", "output")
        for key, shape in linear_shapes(f"{block}.{part}", WIDTH, WIDTH).items()
    }


def block_shapes(block):
    return (
        attention_shapes(block)
        | norm_shapes(f"{block}.attentionNorm")
        | linear_shapes(f"{block}.inner", WIDTH, INNER)
        | linear_shapes(f"{block}.outer", INNER, WIDTH)
        | norm_shapes(f"{block}.outerNorm")
    )


def linear(w, name, x):
    return F.linear(x, w[f"{name}.weight"], w.get(f"{name}.bias"))


def norm(w, name, x, eps=1e-12):
    return F.layer_norm(x, (WIDTH,), w[f"{name}.weight"], w[f"{name}.bias"], eps)


def attention(w, block, x, mask):
    """x [length, d]; mask [length, length] is true where a slot may look."""
    split = lambda part: linear(w, f"{block}.{part}", x).view(len(x), HEADS, -1).transpose(0, 1)
    mixed = F.scaled_dot_product_attention(split("query"), split("key"), split("value"), attn_mask=mask)
    return linear(w, f"{block}.output", mixed.transpose(0, 1).reshape(len(x), WIDTH))


def earlier(length):
    return torch.ones(length, length, dtype=torch.bool).tril()


def low_pass(x, c):
    """The lowest c // 2 + 1 frequencies along the slots of x [length, d]."""
    spectrum = torch.fft.rfft(x, dim=0, norm="ortho")
    keep = (torch.arange(len(spectrum)) < c // 2 + 1)[:, None]
    return torch.fft.irfft(spectrum * keep, n=len(x), dim=0, norm="ortho")


def causal_low_pass(x, c):
    """Slot i: what the filter over a whole window makes of its newest slot when the history ends at i."""
    out = []
    for i in range(len(x)):
        window = torch.cat([torch.zeros(LONGEST, x.shape[1]), x[: i + 1]])[-LONGEST:]
        out.append(low_pass(window, c)[-1])
    return torch.stack(out)


def text_states(w, rows, history, with_filter):
    x = rows[history] * WIDTH**0.5 + w["positions"][LONGEST - len(history) :]
    for layer in range(LAYERS):
        block = f"blocks.{layer}"
        read = norm(w, f"{block}.attentionNorm", x)
        added = attention(w, block, read, earlier(len(x)))
        if with_filter:
            low = causal_low_pass(read, C)
            added = SHARE * (low + w[f"{block}.highs"] ** 2 * (read - low)) + (1 - SHARE) * added
        x = x + added
        inner = F.gelu(linear(w, f"{block}.inner", norm(w, f"{block}.outerNorm", x)))
        x = x + linear(w, f"{block}.outer", inner)
    return norm(w, "lastNorm", x)


def ligr_states(w, rows, history):
    x = rows[history] + w["positions"][LONGEST - len(history) :]
    for layer in range(LAYERS):
        block = f"blocks.{layer}"
        part = attention(w, block, norm(w, f"{block}.attentionNorm", x, 1e-5), earlier(len(x)))
        x = x + torch.sigmoid(linear(w, f"{block}.attentionGate", x)) * part
        read = norm(w, f"{block}.outerNorm", x, 1e-5)
        inner = F.silu(linear(w, f"{block}.innerGate", read)) * linear(w, f"{block}.inner", read)
        x = x + torch.sigmoid(linear(w, f"{block}.outerGate", x)) * linear(w, f"{block}.outer", inner)
    return x


def frequency_state(w, history):
    """BSARec on the whole window, pads included; a pad looks at itself."""
    length = len(history)
    items = torch.cat([torch.zeros(LONGEST - length, WIDTH), w["items"][history]])
    x = norm(w, "startNorm", items + w["positions"])
    is_item = torch.arange(LONGEST) >= LONGEST - length
    mask = (earlier(LONGEST) & is_item[None]) | torch.eye(LONGEST, dtype=torch.bool)
    for layer in range(LAYERS):
        block = f"blocks.{layer}"
        low = low_pass(x, C)
        passed = norm(w, f"{block}.filterNorm", low + w[f"{block}.highs"] ** 2 * (x - low) + x)
        attended = norm(w, f"{block}.attentionNorm", attention(w, block, x, mask) + x)
        mixed = SHARE * passed + (1 - SHARE) * attended
        inner = linear(w, f"{block}.outer", F.gelu(linear(w, f"{block}.inner", mixed)))
        x = norm(w, f"{block}.outerNorm", inner + mixed)
    return x[-1]


def every_position(states, rows, drawn=None, hidden=None):
    """
    Mean over all positions of all prefixes; each of the drawn items stands for NEGATIVES / POOL draws. Hidden items
    take no part in the softmax.
    """
    bias = torch.zeros(ITEMS) if hidden is None else hidden
    losses = []
    for prefix in PREFIXES:
        queries = states(rows, prefix[:-1])
        for query, target in zip(queries, prefix[1:]):
            if drawn is None:
                losses.append(F.cross_entropy(rows @ query + bias, torch.tensor(target)))
            else:
                own, others = (rows[target] @ query).exp(), (rows[drawn] @ query + bias[drawn]).exp().sum()
                losses.append(-torch.log(own / (own + NEGATIVES / POOL * others)))
    return torch.stack(losses).mean()


def recorded(name, w, loss, scores):
    out = {f"{name}/weights/{key}": value.detach().clone() for key, value in w.items()}
    out |= {f"{name}/scores": scores()}
    grads = torch.autograd.grad(loss(), list(w.values()))
    out |= {f"{name}/gradients/{key}": grad for key, grad in zip(w, grads)}
    adam = torch.optim.Adam(w.values(), lr=RATE)
    losses = []
    for _ in range(STEPS):
        adam.zero_grad()
        value = loss()
        value.backward()
        adam.step()
        losses.append(value.detach())
    return out | {f"{name}/losses": torch.stack(losses)}


def sasrec_text():
    g = generator("texts")
    texts, seen = normals(g, ITEMS, TEXTS), torch.zeros(ITEMS)
    seen[sorted({item for prefix in PREFIXES for item in prefix})] = 1
    has_free = seen * (torch.rand(ITEMS, generator=g, dtype=torch.float64) < 0.6)
    hidden = (1 - seen) * -1e9
    drawn = torch.randint(ITEMS, (POOL,), generator=g)
    unit = texts / texts.norm(dim=1, keepdim=True)
    out = {"texts": texts, "hasFree": has_free, "drawn": drawn}
    for name, with_filter, others in (("all", False, None), ("filter", True, None), ("drawn", False, drawn)):
        shapes = {"projection": (WIDTH, TEXTS), "free": (ITEMS, WIDTH), "positions": (LONGEST, WIDTH)}
        for layer in range(LAYERS):
            shapes |= block_shapes(f"blocks.{layer}") | ({f"blocks.{layer}.highs": (WIDTH,)} if with_filter else {})
        w = weights(f"sasrec-text/{name}", shapes | norm_shapes("lastNorm"))
        rows = lambda share: unit @ w["projection"].T + w["free"] * share[:, None]
        states = lambda table, history: text_states(w, table, history, with_filter)
        loss = lambda: every_position(states, rows(has_free), others, hidden)
        scores = lambda: torch.stack([states(rows(seen), prefix[:-1])[-1] @ rows(seen).T for prefix in PREFIXES])
        out |= recorded(f"sasrec-text/{name}", w, loss, scores)
    return out


def esasrec_weights():
    shapes = {"items": (ITEMS, WIDTH), "positions": (LONGEST, WIDTH)}
    for layer in range(LAYERS):
        block = f"blocks.{layer}"
        shapes |= attention_shapes(block) | norm_shapes(f"{block}.attentionNorm") | norm_shapes(f"{block}.outerNorm")
        shapes |= linear_shapes(f"{block}.attentionGate", WIDTH, WIDTH) | linear_shapes(f"{block}.outerGate", WIDTH, WIDTH)
        shapes |= linear_shapes(f"{block}.inner", WIDTH, INNER, False) | linear_shapes(f"{block}.outer", INNER, WIDTH, False)
        shapes |= linear_shapes(f"{block}.innerGate", WIDTH, INNER, False)
    return weights("esasrec", shapes)


def esasrec(drawn):
    w = esasrec_weights()
    states = lambda rows, history: ligr_states(w, rows, history)
    loss = lambda: every_position(states, w["items"], drawn)
    scores = lambda: torch.stack([states(w["items"], prefix[:-1])[-1] @ w["items"].T for prefix in PREFIXES])
    return recorded("esasrec", w, loss, scores)


def bsarec_weights():
    shapes = {"items": (ITEMS, WIDTH), "positions": (LONGEST, WIDTH)} | norm_shapes("startNorm")
    for layer in range(LAYERS):
        block = f"blocks.{layer}"
        shapes |= block_shapes(block) | {f"{block}.highs": (WIDTH,)} | norm_shapes(f"{block}.filterNorm")
    return weights("bsarec", shapes)


def bsarec():
    w = bsarec_weights()
    logits = lambda: torch.stack([frequency_state(w, prefix[:-1]) @ w["items"].T for prefix in PREFIXES])
    targets = torch.tensor([prefix[-1] for prefix in PREFIXES])
    return recorded("bsarec", w, lambda: F.cross_entropy(logits(), targets), logits)


def main():
    prefixes = torch.full((len(PREFIXES), LONGEST + 1), -1)
    for r, prefix in enumerate(PREFIXES):
        prefixes[r, : len(prefix)] = torch.tensor(prefix)
    tensors = {"prefixes": prefixes} | sasrec_text()
    save("sequence-models.safetensors", tensors | esasrec(tensors["drawn"]) | bsarec())


if __name__ == "__main__":
    main()
