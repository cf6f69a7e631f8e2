"""Ranking metrics by ranx and tests by scipy, on drawn lists with one right item each.

ranx brings numba, which asks for another numpy than the other recipes: this one has its own environment,
peers/.venv-metrics (see README). Scores of a list are all different, because ranx has no ties.
"""

import json
import random
from pathlib import Path

from ranx import Qrels, Run, evaluate
from scipy.stats import ttest_rel, wilcoxon

FIXTURE = Path(__file__).resolve().parent.parent / "test" / "parity" / "fixtures" / "metrics.json"
USERS, ITEMS, LENGTH = 60, 40, 25
CUTS = (1, 3, 5, 10, 25)
NAMES = {"HR": "hit_rate", "Recall": "recall", "NDCG": "ndcg", "MRR": "mrr", "MAP": "map"}


def drawn(seed):
    """Lists that hold the right item more often near the top, and one list in four without it."""
    g = random.Random(seed)
    targets, lists = [], []
    for _ in range(USERS):
        items = g.sample(range(ITEMS), LENGTH)
        target = g.choice(sorted(set(range(ITEMS)) - set(items))) if g.random() < 0.25 else items[int(LENGTH * g.random() ** 2)]
        targets.append(target)
        lists.append(items)
    return targets, lists


def run_of(lists):
    return Run({f"u{u:02}": {f"i{item}": float(LENGTH - place) for place, item in enumerate(items)} for u, items in enumerate(lists)})


def per_user(targets, lists):
    qrels = Qrels({f"u{u:02}": {f"i{target}": 1} for u, target in enumerate(targets)})
    found = evaluate(qrels, run_of(lists), [f"{name}@{k}" for name in NAMES.values() for k in CUTS], return_mean=False)
    return {f"{ours}@{k}": found[f"{name}@{k}"].tolist() for ours, name in NAMES.items() for k in CUTS}


if __name__ == "__main__":
    targets, lists = drawn(1)
    other_targets, other_lists = targets, drawn(2)[1]
    values, others = per_user(targets, lists), per_user(other_targets, other_lists)
    tests = {}
    for name in ("NDCG@10", "HR@5", "MRR@25"):
        t = ttest_rel(values[name], others[name])
        w = wilcoxon(values[name], others[name], zero_method="wilcox", correction=False, method="approx")
        tests[name] = dict(t=t.statistic, tP=t.pvalue, w=w.statistic, wP=w.pvalue)
    content = dict(targets=targets, lists=lists, otherLists=other_lists, values=values, tests=tests)
    FIXTURE.write_text(json.dumps(content, separators=(",", ":")) + "\n")
