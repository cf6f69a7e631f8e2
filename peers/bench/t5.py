"""A plain T5 (v1.0: RMS norm first, no biases, tied head) in PyTorch, with Hugging Face's parameter names and layouts.

It computes what src/backbone/t5.ts computes, written as one would for speed on a CPU: one projection a matrix, no caches,
no casts. transformers' own T5 runs the same products with more bookkeeping between them.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

MASKED = -1e9
#: Positions that bucket tables are made for.
LONGEST = 1024


def buckets(length, count, far, bidirectional):
    """Relative-position buckets of all pairs (query, key)."""
    delta = torch.arange(length)[None] - torch.arange(length)[:, None]
    offset = torch.zeros_like(delta)
    if bidirectional:
        count //= 2
        offset = (delta > 0).long() * count
        distance = delta.abs()
    else:
        distance = (-delta).clamp(min=0)
    near = count // 2
    log = torch.log(distance.clamp(min=1).float() / near) / math.log(far / near) * (count - near)
    return offset + torch.where(distance < near, distance, (near + log.long()).clamp(max=count - 1))


class Norm(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(c["width"]))
        self.epsilon = c["epsilon"]

    def forward(self, x):
        return F.rms_norm(x, x.shape[-1:], self.weight, self.epsilon)


def linear(inputs, outputs):
    return nn.Linear(inputs, outputs, bias=False)


class Attention(nn.Module):
    def __init__(self, c, has_bias=False):
        super().__init__()
        inner = c["heads"] * c["headWidth"]
        self.heads = c["heads"]
        self.q, self.k, self.v = (linear(c["width"], inner) for _ in range(3))
        self.o = linear(inner, c["width"])
        if has_bias:
            self.relative_attention_bias = nn.Embedding(c["relativeBuckets"], c["heads"])

    def split(self, x):
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def forward(self, x, memory, bias, drop):
        scores = self.split(self.q(x)) @ self.split(self.k(memory)).transpose(-1, -2) + bias
        mixed = drop(torch.softmax(scores, -1)) @ self.split(self.v(memory))
        return self.o(mixed.transpose(1, 2).flatten(2))


class Layer(nn.Module):
    """A norm and what stands behind it, under Hugging Face's name for it."""

    def __init__(self, c, name, inner):
        super().__init__()
        self.layer_norm = Norm(c)
        self.name = name
        setattr(self, name, inner)

    def inner(self):
        return getattr(self, self.name)


class FeedForward(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.wi, self.wo = linear(c["width"], c["feedForward"]), linear(c["feedForward"], c["width"])

    def forward(self, x, drop):
        return self.wo(drop(torch.relu(self.wi(x))))


class Block(nn.Module):
    def __init__(self, c, is_first, is_decoder):
        super().__init__()
        layers = [Layer(c, "SelfAttention", Attention(c, is_first))]
        if is_decoder:
            layers.append(Layer(c, "EncDecAttention", Attention(c)))
        layers.append(Layer(c, "DenseReluDense", FeedForward(c)))
        self.layer = nn.ModuleList(layers)

    def forward(self, hidden, bias, drop, memory=None, memory_bias=None):
        x = self.layer[0].layer_norm(hidden)
        hidden = hidden + drop(self.layer[0].inner()(x, x, bias, drop))
        if memory is not None:
            x = self.layer[1].layer_norm(hidden)
            hidden = hidden + drop(self.layer[1].inner()(x, memory, memory_bias, drop))
        return hidden + drop(self.layer[-1].inner()(self.layer[-1].layer_norm(hidden), drop))


class Stack(nn.Module):
    def __init__(self, c, layers, is_decoder):
        super().__init__()
        self.block = nn.ModuleList(Block(c, i == 0, is_decoder) for i in range(layers))
        self.final_layer_norm = Norm(c)
        rule = (c["relativeBuckets"], c["relativeMaxDistance"], not is_decoder)
        self.register_buffer("buckets", buckets(LONGEST, *rule), persistent=False)

    def position_bias(self, length):
        table = self.block[0].layer[0].SelfAttention.relative_attention_bias
        return table(self.buckets[:length, :length]).permute(2, 0, 1)[None]

    def forward(self, hidden, mask, drop, memory=None, memory_mask=None):
        bias = self.position_bias(hidden.shape[1]) + mask
        hidden = drop(hidden)
        for block in self.block:
            hidden = block(hidden, bias, drop, memory, memory_mask)
        return drop(self.final_layer_norm(hidden))


class T5(nn.Module):
    """`c`: src/backbone/t5-config.ts as JSON."""

    def __init__(self, c):
        super().__init__()
        self.c = c
        self.shared = nn.Embedding(c["vocabulary"], c["width"])
        self.encoder = Stack(c, c["encoderLayers"], False)
        self.decoder = Stack(c, c["decoderLayers"], True)

    def drop(self, x):
        return F.dropout(x, self.c["dropout"], self.training)

    def encode(self, inputs, mask):
        return self.encoder(inputs, mask, self.drop)

    def decode(self, tokens, encoded, mask):
        length = tokens.shape[1]
        causal = torch.full((length, length), MASKED, device=tokens.device).triu(1)
        return self.decoder(self.shared(tokens), causal, self.drop, encoded, mask)

    def logits(self, hidden):
        return (hidden * self.c["width"] ** -0.5) @ self.shared.weight.T
