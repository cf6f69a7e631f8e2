// Written sentences of compared runs: one table below those of rankings, a row a run. What was not asked alike stands
// in it and says so: sentences have no tests here.
import { decimals } from "../../base/written-numbers.ts";
import { TEXT_METRICS } from "../../evaluation/index.ts";
import { type PlainTable, type TableCell, wholeCell } from "../tables/index.ts";
import type { ComparedSentences, Comparison } from "./comparison.ts";
import type { Row } from "./row.ts";

/** Of all runs whose evaluation had sentences written, in the order of the rows; undefined where none had. */
export function sentencesOf(rows: readonly Row[]): readonly ComparedSentences[] | undefined {
  const compared = rows.flatMap(({ label, sources }) =>
    sources.flatMap(({ run, seed, name }): ComparedSentences[] => {
      const { sentences, system, dataset } = run.record;
      if (sentences === undefined || name !== system) return [];
      const { source, hash, asks, pairs, decoding, metrics } = sentences;
      const { leastTokens, beams } = decoding;
      return [{ label, dataset: dataset.name, seed, source, hash, asks, pairs, leastTokens, beams, metrics }];
    }),
  );
  return compared.length === 0 ? undefined : compared;
}

/** What is equal of all rows stands in the title, what is not in a note. */
export function sentenceTable(sentences: NonNullable<Comparison["sentences"]>, split: string): PlainTable {
  const names = TEXT_METRICS.filter((name) => sentences.some(({ metrics }) => metrics[name] !== undefined));
  const figure = (name: string, value: number | undefined): TableCell =>
    value === undefined ? undefined : { value, text: decimals(value, name.startsWith("BLEU") ? 2 : 4) };
  return {
    title: split === "valid" ? "written sentences, validation items" : "written sentences",
    head: ["", "pairs", ...names],
    rows: sentences.map((each) => [
      [each.label, each.dataset, ...(each.seed === undefined ? [] : [`seed ${each.seed}`])].join(", "),
      wholeCell(each.pairs),
      ...names.map((name) => figure(name, each.metrics[name])),
    ]),
    notes: [...new Set(sentences.map(wordsOf)).values()],
  };
}

function wordsOf({ label, source, asks, leastTokens, beams }: ComparedSentences): string {
  const whose = source === "reviews" ? "what people wrote" : "sentences made of reasoned texts";
  return `${label}: beside ${whose}, on ${asks}; ${beams} beams, at least ${leastTokens} tokens`;
}
