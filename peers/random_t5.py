"""Writes a directory with weights of T5-small's shape that are drawn at random, for machines that have no checkpoint: what
a step costs does not depend on what was learnt, and nothing else can be read off such a model. Scales are those of T5's
initialisation. Of Python's packages it needs numpy and safetensors alone.

    python peers/random_t5.py OUT [--tokenizer tokenizer.json]
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

D, FF, LAYERS, HEADS, VOCABULARY, BUCKETS = 512, 2048, 6, 8, 32128, 32


def block(stack, i, drawn):
    decoder = stack == "decoder"
    weights = {}
    for layer, kind in enumerate(["SelfAttention", "EncDecAttention"] if decoder else ["SelfAttention"]):
        at = f"{stack}.block.{i}.layer.{layer}"
        weights |= {f"{at}.{kind}.q.weight": drawn(D, D, std=(D * 64) ** -0.5)}
        weights |= {f"{at}.{kind}.{p}.weight": drawn(D, D, std=D**-0.5) for p in "kvo"}
        weights[f"{at}.layer_norm.weight"] = np.ones(D, np.float32)
        if i == 0 and layer == 0:
            weights[f"{at}.SelfAttention.relative_attention_bias.weight"] = drawn(BUCKETS, HEADS, std=D**-0.5)
    at = f"{stack}.block.{i}.layer.{2 if decoder else 1}"
    weights[f"{at}.DenseReluDense.wi.weight"] = drawn(FF, D, std=D**-0.5)
    weights[f"{at}.DenseReluDense.wo.weight"] = drawn(D, FF, std=FF**-0.5)
    weights[f"{at}.layer_norm.weight"] = np.ones(D, np.float32)
    return weights


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--tokenizer", type=Path)
    asked = parser.parse_args()
    generator = np.random.default_rng(1)
    drawn = lambda *shape, std: generator.standard_normal(shape, np.float32) * np.float32(std)
    weights = {"shared.weight": drawn(VOCABULARY, D, std=1.0)}
    for stack in ("encoder", "decoder"):
        for i in range(LAYERS):
            weights |= block(stack, i, drawn)
        weights[f"{stack}.final_layer_norm.weight"] = np.ones(D, np.float32)
    asked.out.mkdir(parents=True, exist_ok=True)
    save_file(weights, asked.out / "model.safetensors")
    config = dict(model_type="t5", d_model=D, d_ff=FF, num_layers=LAYERS, num_heads=HEADS, vocab_size=VOCABULARY)
    (asked.out / "config.json").write_text(json.dumps(config | {"drawn": "at random: these weights have learnt nothing"}))
    if asked.tokenizer:
        shutil.copy(asked.tokenizer, asked.out / "tokenizer.json")


main()
