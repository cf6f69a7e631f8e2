"""Measures of written sentences: BLEU by sacrebleu, ROUGE by rouge-score, variety and features counted the long way.

Runs in an environment of its own (see README). Sentences are drawn from a few words, so that they share some; odd ones
stand beside them: empty, one word, repeated words, letters beyond ASCII, markup, numbers with signs.
"""

import itertools
import json
import random
from pathlib import Path

from rouge_score import rouge_scorer
from sacrebleu.metrics import BLEU

FIXTURE = Path(__file__).resolve().parent.parent / "test" / "parity" / "fixtures" / "texts.json"
WORDS = "the a scent colour battery life is very good nice not great soft bright it lasts long and makes me happy".split()
FEATURES = ["scent", "colour", "battery life", "price", "Colour"]
KINDS = ("1", "2", "L")

# Written, reference.
ODD = [
    ("", "the scent is nice"),
    ("nice scent", ""),
    ("", ""),
    ("nice", "nice"),
    ("nice", "a nice scent"),
    ("the the the the the", "the scent of the rose"),
    ("The Scent, it is nice!", "the scent: it's nice."),
    ("größe und farbe sind schön", "Größe und Farbe sind schön"),
    ("très bien 香り très bien", "très bien, 香り"),
    ("costs 1,000.50 or 5-6 dollars", "costs 1,000.50, or 5-6 dollars."),
    ("&quot;good&quot; &amp; cheap <skipped>", '"good" & cheap'),
    ("a long-\nlasting scent", "a longlasting scent"),
    ("battery life, battery", "the battery life is long"),
    ("e.g. 3.5 stars...", "e.g., 3.5 stars . . ."),
    ("don't {mind} [the] ~price~ 50%", "don't mind the price: 50 %"),
    ("  blanks   around \t it ", "blanks around it"),
    ("😀 happy 😀", "happy 😀"),
]


def drawn(seed, count):
    g = random.Random(seed)
    return [tuple(" ".join(g.choice(WORDS) for _ in range(g.randint(3, 14))) for _ in range(2)) for _ in range(count)]


def bleu(pairs, order):
    metric = BLEU(lowercase=True, max_ngram_order=order)
    return metric.corpus_score([w for w, _ in pairs], [[r for _, r in pairs]]).score


def tokens(sentence):
    """sacrebleu's, as it prepares a sentence for BLEU."""
    metric = BLEU(lowercase=True)
    return metric._preprocess_segment(sentence).split()


def distinct(sentences, n):
    runs = [tuple(s[i : i + n]) for s in sentences for i in range(len(s) - n + 1)]
    return len(set(runs)) / len(runs) if runs else 0.0


def named(sentence, features):
    return {f for f in features if any(sentence[i : i + len(f)] == list(f) for i in range(len(sentence)))}


def expected(pairs, wanted):
    scorer = rouge_scorer.RougeScorer([f"rouge{k}" for k in KINDS], use_stemmer=False)
    scores = [scorer.score(r, w) for w, r in pairs]
    values = {"BLEU-1": bleu(pairs, 1), "BLEU-4": bleu(pairs, 4)}
    for k in KINDS:
        for name, part in (("", "fmeasure"), (" precision", "precision"), (" recall", "recall")):
            values[f"ROUGE-{k}{name}"] = sum(getattr(s[f"rouge{k}"], part) for s in scores) / len(scores)
    sentences = [tokens(w) for w, _ in pairs]
    values["distinct-1"], values["distinct-2"] = distinct(sentences, 1), distinct(sentences, 2)
    values["USR"] = len({tuple(s) for s in sentences}) / len(sentences)
    features = {tuple(tokens(f)) for f in FEATURES}
    found = [named(s, features) for s in sentences]
    asked = [(f, tuple(tokens(w))) for f, w in zip(found, wanted) if w is not None]
    values["FMR"] = sum(w in f for f, w in asked) / len(asked)
    values["FCR"] = len(set().union(*found)) / len(features)
    every = list(itertools.combinations(found, 2))
    values["DIV"] = sum(len(a & b) for a, b in every) / len(every) if every else 0.0
    return values


if __name__ == "__main__":
    sets = {"odd": ODD, "drawn": drawn(1, 60), "both": ODD + drawn(2, 30), "strangers": [("one two", "three four")] * 3}
    sets |= {f"odd {k}": [pair] for k, pair in enumerate(ODD)}
    cases = []
    for name, pairs in sets.items():
        g = random.Random(name)
        wanted = [g.choice([*FEATURES, None]) for _ in pairs]
        wanted[0] = wanted[0] or "scent"
        cases.append(dict(name=name, pairs=pairs, wanted=wanted, values=expected(pairs, wanted)))
    each = [dict(text=t, tokens=tokens(t)) for pair in ODD for t in pair]
    content = dict(features=FEATURES, cases=cases, tokens=each)
    FIXTURE.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
