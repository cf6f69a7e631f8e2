// BLEU over a corpus (Papineni et al. 2002) as sacrebleu computes it.
import { matched, ngrams } from "./tokens.ts";

/**
 * BLEU of up to `order` words in a row, from 0 to 100: the geometric mean of the corpus' n-gram precisions, times
 * exp(1 - references / written) where fewer words are written than the references have. A precision of 0 is smoothed as
 * mteval does ("exp" of sacrebleu, its default): 1/2, 1/4, ... of one match. One reference a sentence.
 */
export function corpusBleu(
  written: readonly (readonly string[])[],
  references: readonly (readonly string[])[],
  order: number,
): number {
  const length = (sentences: readonly (readonly string[])[]) => sentences.reduce((sum, each) => sum + each.length, 0);
  const [ours, theirs] = [length(written), length(references)];
  const counts = Array.from({ length: order }, (_, k) => countsOf(written, references, k + 1));
  if (counts.every(({ correct }) => correct === 0)) return 0;
  let smoothing = 1;
  let logs = 0;
  for (const { correct, total } of counts) {
    // Nobody wrote so many words in a row.
    if (total === 0) return 0;
    if (correct === 0) smoothing *= 2;
    logs += Math.log((100 * (correct === 0 ? 1 / smoothing : correct)) / total);
  }
  const brevity = ours < theirs ? Math.exp(1 - theirs / ours) : 1;
  return brevity * Math.exp(logs / order);
}

function countsOf(written: readonly (readonly string[])[], references: readonly (readonly string[])[], n: number) {
  let [correct, total] = [0, 0];
  written.forEach((tokens, k) => {
    correct += matched(ngrams(tokens, n), ngrams(references[k]!, n));
    total += Math.max(0, tokens.length - n + 1);
  });
  return { correct, total };
}
