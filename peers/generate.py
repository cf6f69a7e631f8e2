"""Questions a second of Hugging Face `generate` with prefix_allowed_tokens_fn, on weights and prompts that
`npm run bench:generate -- DATASET --export DIR` wrote.

    peers/.venv/bin/python peers/generate.py DIR [QUESTIONS]

The prompts' whole words and prompt vectors are left out: both are a few additions. Beams, lists and the tree of valid
items without the history are the same.
"""

import json
import sys
import time
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import T5Config, T5ForConditionalGeneration

PAD, END = 0, 1


def tree_of(sequences):
    root = {}
    for sequence in sequences:
        node = root
        for token in [*sequence, END]:
            node = node.setdefault(token, {})
    return root


def main():
    directory = Path(sys.argv[1])
    asked = json.loads((directory / "questions.json").read_text())
    prompts = asked["prompts"][: int(sys.argv[2]) if len(sys.argv) > 2 else 16]
    config = T5Config(
        vocab_size=32128, d_model=512, d_kv=64, d_ff=2048, num_layers=6, num_heads=8, decoder_start_token_id=PAD
    )
    model = T5ForConditionalGeneration(config).eval()
    tensors = load_file(directory / "model.safetensors")
    known = model.state_dict()
    found = {name: value for name, value in tensors.items() if name in known}
    model.load_state_dict(found, strict=False)
    print(f"{len(found)} tensors of {len(known)} read, {torch.get_num_threads()} threads")

    def trees():
        owned = [set(prompt["history"]) for prompt in prompts]
        return [tree_of(s for item, s in enumerate(asked["items"]) if item not in mine) for mine in owned]

    allowed_after = trees()

    def allowed(first):
        def after(row, tokens):
            node = allowed_after[first + row]
            for token in tokens.tolist()[1:]:
                node = node.get(token, {})
            return list(node) or [PAD]

        return after

    def ask(first, size):
        part = prompts[first : first + size]
        length = max(len(prompt["tokens"]) for prompt in part)
        ids = torch.tensor([prompt["tokens"] + [PAD] * (length - len(prompt["tokens"])) for prompt in part])
        return model.generate(
            input_ids=ids,
            attention_mask=(ids != PAD).long(),
            num_beams=asked["beams"],
            num_return_sequences=asked["count"],
            max_new_tokens=max(len(item) for item in asked["items"]) + 1,
            early_stopping=True,
            prefix_allowed_tokens_fn=allowed(first),
        )

    size = 8
    with torch.inference_mode():
        ask(0, size)
        began, used = time.perf_counter(), time.process_time()
        for first in range(0, len(prompts), size):
            ask(first, size)
        seconds, processors = time.perf_counter() - began, time.process_time() - used
    count = len(prompts)
    print(f"{count / seconds:.2f} questions/s, {1000 * processors / count:.1f} ms of processors each")


if __name__ == "__main__":
    main()
