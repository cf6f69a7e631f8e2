"""A small random T5 of Hugging Face transformers, and what it computes.

t5/model.safetensors + config.json: the checkpoint, as save_pretrained writes it.
t5/forward.safetensors: a padded batch, encoder output, logits, loss, the gradient of every parameter, and the losses of
20 AdamW steps over alternating batches. t5/buckets.json: relative-position buckets. t5/generate.json: beam searches.
All in float32, as the library is used; dropout off.
"""

import json
import logging

import torch
from transformers import T5Config, T5ForConditionalGeneration
from transformers.models.t5.modeling_t5 import T5Attention

from common import FIXTURES, generator, save, save_json

logging.getLogger("transformers").setLevel(logging.ERROR)

CONFIG = dict(
    vocab_size=23, d_model=24, d_kv=8, num_heads=2, d_ff=40, num_layers=2, num_decoder_layers=2,
    relative_attention_num_buckets=8, relative_attention_max_distance=20, dropout_rate=0.0,
    layer_norm_epsilon=1e-6, decoder_start_token_id=0, pad_token_id=0, eos_token_id=1,
)
OPTIMISER = dict(lr=5e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)


def fresh_model():
    torch.manual_seed(20)
    model = T5ForConditionalGeneration(T5Config(**CONFIG)).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            # Norm weights of exactly 1 would hide a missing multiplication; larger position tables show their buckets.
            if "layer_norm" in name:
                parameter.add_(torch.randn(parameter.shape) * 0.2)
            if "relative_attention_bias" in name:
                parameter.mul_(4)
    return model


def warm_up(model):
    """A few steps of copying a source's first tokens: an untrained tied model repeats one token and never ends."""
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-2)
    for step in range(80):
        g = generator(f"warm-up {step}")
        ids = torch.randint(2, CONFIG["vocab_size"], (32, 12), generator=g)
        length = torch.randint(1, 6, (32, 1), generator=g)
        places = torch.arange(6)[None]
        labels = torch.where(places == length, 1, torch.where(places > length, -100, ids[:, :6]))
        optimiser.zero_grad()
        model(input_ids=ids, labels=labels).loss.backward()
        optimiser.step()
    model.zero_grad()
    return model


def batch(name, rows, source, target):
    """Token ids, mask with rows of falling length, labels that end with EOS and are padded with -100."""
    g = generator(name)
    ids = torch.randint(2, CONFIG["vocab_size"], (rows, source), generator=g)
    mask = torch.arange(source)[None] < torch.tensor([max(1, source - 5 * r) for r in range(rows)])[:, None]
    labels = torch.randint(2, CONFIG["vocab_size"], (rows, target), generator=g)
    ends = torch.tensor([max(1, target - 1 - 2 * r) for r in range(rows)])[:, None]
    places = torch.arange(target)[None]
    labels = torch.where(places == ends, 1, torch.where(places > ends, -100, labels))
    return dict(input_ids=ids * mask, attention_mask=mask.long(), labels=labels)


def forward(model, inputs):
    out = model(**inputs)
    out.loss.backward()
    result = {f"input/{key}": value for key, value in inputs.items()}
    result |= {"encoded": out.encoder_last_hidden_state, "logits": out.logits, "loss": out.loss.reshape(1)}
    result |= {f"gradient/{name}": parameter.grad for name, parameter in model.named_parameters()}
    model.zero_grad()
    return result


def train(model, batches):
    optimiser = torch.optim.AdamW(model.parameters(), **OPTIMISER)
    losses = []
    for step in range(20):
        loss = model(**batches[step % 2]).loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.detach())
    return torch.stack(losses)


def buckets():
    rules = [(32, 128), (8, 20), (64, 256)]
    deltas = torch.arange(-600, 601)
    return [
        dict(buckets=n, maxDistance=far, bidirectional=both, first=-600,
             expected=T5Attention._relative_position_bucket(deltas, both, n, far).tolist())
        for n, far in rules for both in (True, False)
    ]


# Sequences of a prefix tree for constrained search; no case has more beams, where transformers returns copies.
ITEMS = [[5, 7], [5, 8, 3], [5], [9, 9, 9], [12], [12, 4], [20, 5], [20, 6, 2]]

SEARCHES = [
    dict(num_beams=1, max_length=9),
    dict(num_beams=3, max_length=9),
    dict(num_beams=3, max_length=9, num_return_sequences=3),
    dict(num_beams=4, max_length=7, num_return_sequences=4, early_stopping=True),
    dict(num_beams=2, max_length=9, num_return_sequences=2, early_stopping=True),
    # With seven beams some end tokens rank behind the beams, where they must not enter the pool.
    dict(num_beams=7, max_length=9, num_return_sequences=7, early_stopping=True, length_penalty=2.0),
    dict(num_beams=7, max_length=6, num_return_sequences=7, early_stopping=False, length_penalty=-1.0),
    dict(num_beams=4, max_length=12, num_return_sequences=4, early_stopping="never"),
    dict(num_beams=5, max_length=8, num_return_sequences=5, length_penalty=0.0),
    dict(num_beams=5, max_length=8, num_return_sequences=2, length_penalty=2.0),
    dict(num_beams=5, max_length=8, num_return_sequences=5, length_penalty=-0.7, early_stopping=True),
    dict(num_beams=5, max_length=10, num_return_sequences=5, length_penalty=0.6, early_stopping="never"),
    dict(num_beams=6, max_length=10, num_return_sequences=6, length_penalty=2.0, early_stopping="never"),
    dict(num_beams=4, max_length=2, num_return_sequences=4),
    dict(num_beams=6, max_length=5, num_return_sequences=6, length_penalty=4.0, early_stopping="never"),
    dict(num_beams=10, max_length=4, num_return_sequences=10),
    dict(num_beams=8, max_length=6, num_return_sequences=8, items=True),
    dict(num_beams=3, max_length=6, num_return_sequences=3, items=True, early_stopping=True),
    dict(num_beams=4, max_length=6, num_return_sequences=4, items=True, length_penalty=0.0),
]


def allowed_tokens(_, prefix):
    done = prefix.tolist()[1:]
    nexts = {(item + [1])[len(done)] for item in ITEMS if (item + [1])[: len(done)] == done and len(item) >= len(done)}
    return sorted(nexts) or [0]


def generate(model, inputs):
    results = []
    for search in SEARCHES:
        options = dict(early_stopping=False, length_penalty=1.0, num_return_sequences=1) | search
        extra = dict(prefix_allowed_tokens_fn=allowed_tokens) if options.pop("items", False) else {}
        out = model.generate(
            inputs["input_ids"], attention_mask=inputs["attention_mask"], **options, **extra,
            do_sample=False, output_scores=True, return_dict_in_generate=True,
        )
        rows, each = inputs["input_ids"].shape[0], options["num_return_sequences"]
        sequences = out.sequences.reshape(rows, each, -1).tolist()
        # Greedy search, which the library chooses for one beam, reports no sums.
        scores = None if options["num_beams"] == 1 else out.sequences_scores.reshape(rows, each).tolist()
        results.append(dict(options=options, constrained=bool(extra), sequences=sequences, scores=scores))
    return dict(items=ITEMS, searches=results)


if __name__ == "__main__":
    (FIXTURES / "t5").mkdir(exist_ok=True)
    model = warm_up(fresh_model())
    model.save_pretrained(FIXTURES / "t5", safe_serialization=True)
    (FIXTURES / "t5" / "generation_config.json").unlink()
    first, second = batch("first", 3, 30, 9), batch("second", 2, 14, 5)
    results = forward(model, first)
    with torch.no_grad():
        save_json("t5/generate.json", generate(model, first))
    save_json("t5/buckets.json", buckets())
    results |= {f"second/{key}": value for key, value in second.items()}
    results["losses"] = train(model, [first, second])
    save("t5/forward.safetensors", results)
    print("losses", [round(x, 3) for x in results["losses"].tolist()])
    for s in json.loads((FIXTURES / "t5" / "generate.json").read_text())["searches"]:
        print(s["options"], s["sequences"][0][:3], s["scores"] and [round(x, 3) for x in s["scores"][0][:3]])
