// Words of sentences as the reference implementations divide them.

/**
 * The "13a" tokenizer of sacrebleu (Post 2018, "A Call for Clarity in Reporting BLEU Scores"), which is that of
 * mteval-v13a: punctuation stands apart, but for points and commas inside of numbers. Small letters throughout.
 */
export function bleuTokens(sentence: string): readonly string[] {
  const plain = sentence
    .trimEnd()
    .toLowerCase()
    .replaceAll("<skipped>", "")
    .replaceAll("-\n", "")
    .replaceAll("\n", " ");
  const apart = ` ${unescaped(plain)} `
    .replace(/([{-~[-` -&(-+:-@/])/gu, " $1 ")
    .replace(/([^0-9])([.,])/gu, "$1 $2 ")
    .replace(/([.,])([^0-9])/gu, " $1 $2")
    .replace(/([0-9])(-)/gu, "$1 $2 ");
  return apart.split(/\p{White_Space}+/u).filter((token) => token !== "");
}

function unescaped(text: string): string {
  return text.replaceAll("&quot;", '"').replaceAll("&amp;", "&").replaceAll("&lt;", "<").replaceAll("&gt;", ">");
}

/** Of rouge-score: runs of a-z and 0-9; letters beyond them divide words, as in Lin's own program. */
export function rougeTokens(sentence: string): readonly string[] {
  return sentence.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

/** How often each run of `n` tokens occurs; runs are keyed by their tokens with a sign between that none holds. */
export function ngrams(tokens: readonly string[], n: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at + n <= tokens.length; at++) {
    const key = tokens.slice(at, at + n).join("\n");
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** Of two counts of n-grams: how many of the one are matched by the other, each at most as often as it occurs. */
export function matched(some: ReadonlyMap<string, number>, others: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const [key, count] of some) total += Math.min(count, others.get(key) ?? 0);
  return total;
}
