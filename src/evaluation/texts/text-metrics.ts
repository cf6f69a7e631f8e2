// How good and how varied written sentences are beside what people wrote.
import { corpusBleu } from "./bleu.ts";
import { featureMeasures } from "./features.ts";
import { meanRouge, ROUGE_KINDS } from "./rouge.ts";
import { bleuTokens, ngrams } from "./tokens.ts";

/** What BLEU is computed with, in sacrebleu's words; beside it stand the version of its results that we equal. */
export const BLEU_SIGNATURE = "nrefs:1|case:lc|eff:no|tok:13a|smooth:exp (as sacrebleu 2.6)";

/** Names in the order in which they are shown. Precision and recall of ROUGE stand in records alone. */
export const TEXT_METRICS = [
  "BLEU-1",
  "BLEU-4",
  "ROUGE-1",
  "ROUGE-2",
  "ROUGE-L",
  "distinct-1",
  "distinct-2",
  "USR",
  "FMR",
  "FCR",
  "DIV",
] as const;

export interface WrittenTexts {
  readonly written: readonly string[];
  readonly references: readonly string[];
  /** Feature of each reference. */
  readonly wanted: readonly (string | undefined)[];
  /** All features that sentences may speak of. */
  readonly features: ReadonlySet<string>;
}

/**
 * By name: BLEU from 0 to 100, all others from 0 to 1 (DIV from 0). `ROUGE-1` is its F1, beside `ROUGE-1 precision` and
 * `ROUGE-1 recall`. `distinct-n` is the share of different ones among all runs of n words that were written (Li et al.
 * 2016, "A Diversity-Promoting Objective Function for Neural Conversation Models"); `USR` that of different sentences
 * (NETE). Feature measures are absent where no reference has a feature.
 */
export function textMetrics({ written, references, wanted, features }: WrittenTexts): Readonly<Record<string, number>> {
  const [ours, theirs] = [written.map(bleuTokens), references.map(bleuTokens)];
  const values: Record<string, number> = {
    "BLEU-1": corpusBleu(ours, theirs, 1),
    "BLEU-4": corpusBleu(ours, theirs, 4),
  };
  for (const kind of ROUGE_KINDS) {
    const { precision, recall, f1 } = meanRouge(kind, written, references);
    values[`ROUGE-${kind}`] = f1;
    values[`ROUGE-${kind} precision`] = precision;
    values[`ROUGE-${kind} recall`] = recall;
  }
  values["distinct-1"] = distinct(ours, 1);
  values["distinct-2"] = distinct(ours, 2);
  values.USR = new Set(ours.map((tokens) => tokens.join(" "))).size / Math.max(1, ours.length);
  return { ...values, ...featureMeasures(ours, wanted, features) };
}

/** Of all sentences together; 0 where nothing so long was written. */
function distinct(sentences: readonly (readonly string[])[], n: number): number {
  const seen = new Set<string>();
  let total = 0;
  for (const tokens of sentences) {
    for (const [key, count] of ngrams(tokens, n)) {
      seen.add(key);
      total += count;
    }
  }
  return total === 0 ? 0 : seen.size / total;
}
