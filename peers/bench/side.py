"""One PyTorch side of the engine benchmark in a fresh process. bench/engine.ts calls it and reads the last line:

    python side.py CASE FOLDER PHASE DEVICE THREADS VARIANT PLAN

FOLDER holds the inputs that both sides read. PHASE `check` prints numbers that must agree with the product's, `time`
prints seconds. A case is a module here with `open_case(folder, context)`; see `Context`.
"""

import importlib
import json
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import torch

torch.manual_seed(1)

MODULES = {
    "t5-small": "t5_step",
    "mini": "isrf_step",
    "lightgcn": "light_gcn",
    "item-softmax": "item_softmax",
    "similar-users": "similar_users",
    "pca": "pca",
    "epoch": "isrf_public",
}


@dataclass
class Context:
    case: str
    #: check: dropout is off and nothing is timed.
    is_check: bool
    device: torch.device
    threads: int
    variant: str

    def compiled(self, function, dynamic=False):
        """torch.compile where the variant asks for it."""
        return torch.compile(function, dynamic=dynamic) if self.variant == "compile" else function

    def synchronise(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize()


def peak_memory_mib(device):
    """Resident memory on the host; on a GPU what its allocator held at most."""
    if device.type == "cuda":
        return torch.cuda.max_memory_reserved() / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(work, index, context):
    context.synchronise()
    since = time.perf_counter()
    own = work(index)
    context.synchronise()
    return own["seconds"] if isinstance(own, dict) else time.perf_counter() - since


def run_plan(side, plan, context):
    measures = {}
    for name, counts in plan.items():
        work, warmups = side[name], counts["warmups"]
        warm = [timed(work, i, context) for i in range(warmups)]
        seconds = [timed(work, warmups + i, context) for i in range(counts["samples"])]
        measures[name] = {"warmupSeconds": warm, "seconds": seconds, "peakMemoryMiB": peak_memory_mib(context.device)}
    return measures


def main():
    case, folder, phase, device, threads, variant, plan = sys.argv[1:8]
    torch.set_num_threads(int(threads))
    context = Context(case, phase == "check", torch.device(device), int(threads), variant)
    module = importlib.import_module(next(name for start, name in MODULES.items() if case.startswith(start)))
    since = time.perf_counter()
    side = module.open_case(Path(folder), context)
    setup = time.perf_counter() - since
    if context.is_check:
        print(json.dumps({"check": [float(x) for x in side["check"]()]}))
    else:
        measures = run_plan(side, json.loads(plan), context)
        print(json.dumps({"setupSeconds": setup, "measures": measures}))


if __name__ == "__main__":
    main()
