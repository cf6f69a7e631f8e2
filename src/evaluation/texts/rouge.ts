// ROUGE (Lin 2004) as rouge-score computes it, without a stemmer: means over sentences.
import { matched, ngrams, rougeTokens } from "./tokens.ts";

/** Shares from 0 to 1: of what was written that the reference has, of the reference that was written, and both. */
export interface Rouge {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export const ROUGE_KINDS = ["1", "2", "L"] as const;
export type RougeKind = (typeof ROUGE_KINDS)[number];

/** By words, pairs of words, or the longest common subsequence of words. */
export function rouge(kind: RougeKind, written: string, reference: string): Rouge {
  const [ours, theirs] = [rougeTokens(written), rougeTokens(reference)];
  if (kind === "L") return scoreOf(longestCommon(ours, theirs), ours.length, theirs.length);
  const n = Number(kind);
  const total = (tokens: readonly string[]) => Math.max(0, tokens.length - n + 1);
  return scoreOf(matched(ngrams(ours, n), ngrams(theirs, n)), total(ours), total(theirs));
}

export function meanRouge(kind: RougeKind, written: readonly string[], references: readonly string[]): Rouge {
  const all = written.map((sentence, k) => rouge(kind, sentence, references[k]!));
  const mean = (of: (each: Rouge) => number) => all.reduce((sum, each) => sum + of(each), 0) / Math.max(1, all.length);
  return {
    precision: mean((each) => each.precision),
    recall: mean((each) => each.recall),
    f1: mean((each) => each.f1),
  };
}

function scoreOf(common: number, ours: number, theirs: number): Rouge {
  const precision = common / Math.max(1, ours);
  const recall = common / Math.max(1, theirs);
  const f1 = common === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { precision, recall, f1 };
}

/** Length of the longest common subsequence. */
function longestCommon(some: readonly string[], others: readonly string[]): number {
  let before = new Int32Array(others.length + 1);
  for (const token of some) {
    const now = new Int32Array(others.length + 1);
    others.forEach((other, k) => {
      now[k + 1] = token === other ? before[k]! + 1 : Math.max(before[k + 1]!, now[k]!);
    });
    before = now;
  }
  return before.at(-1)!;
}
