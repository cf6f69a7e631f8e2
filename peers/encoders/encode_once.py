"""One timed encoding in a fresh process, for bench/encoder.ts: encode_once.py MODEL TEXTS THREADS"""

import json
import os
import sys
import time

os.environ["HF_HUB_OFFLINE"] = "1"
model, texts_path, threads = sys.argv[1:]

import torch

torch.set_num_threads(int(threads))
from sentence_transformers import SentenceTransformer

texts = json.load(open(texts_path))
start = time.perf_counter()
encoder = SentenceTransformer(model, device="cpu")
load = time.perf_counter() - start
start = time.perf_counter()
encoder.encode(texts[:32], normalize_embeddings=True, show_progress_bar=False)
warm = time.perf_counter() - start
start, cpu = time.perf_counter(), time.process_time()
# The library's own defaults: sorted by length, 32 texts a batch, float32.
vectors = encoder.encode(texts, normalize_embeddings=True, show_progress_bar=False)
seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
print(json.dumps(dict(
    loadSeconds=load, warmSeconds=warm, encodeSeconds=seconds, cpuSeconds=cpu, first=vectors[0].tolist())))
