// A comparison as one line per value: what spreadsheets and scripts read. Full values, nothing rounded.
import { csvRows } from "../tables/csv.ts";
import type { ComparedCell, Comparison, Tests } from "./comparison.ts";

const HEAD = [
  ..."question,dataset,metric,system,kind,seeds,value,deviation,low,high,place,reference".split(","),
  ..."difference,t_p,t_p_holm,wilcoxon_p,wilcoxon_p_holm".split(","),
  ..."seeds_difference,seeds_t_p,seeds_t_p_holm,seeds_wilcoxon_p,seeds_wilcoxon_p_holm".split(","),
];

/** Differences are system minus reference; `place` is best, second or empty. */
export function csvOf({ questions, systems, reference, sentences = [] }: Comparison): string {
  const lines = questions.flatMap(({ question, columns }) =>
    columns.flatMap(({ dataset, metric, cells, best, second }) =>
      cells.flatMap((cell, i) => {
        if (cell === null) return [];
        const { label, kind, seeds } = systems[i]!;
        const place = i === best ? "best" : i === second ? "second" : "";
        const where = [question, dataset, metric, label, kind, (cell.valueSeeds ?? seeds).join(" ")];
        return [
          [...where, ...figures(cell), place, systems[reference]!.label, ...tests(cell.users), ...tests(cell.seeds)],
        ];
      }),
    ),
  );
  const written = sentences.flatMap(({ label, dataset, seed, metrics }) =>
    Object.entries(metrics).map(([metric, value]) => {
      const where = ["sentences", dataset, metric, label, "model", seed ?? "", value];
      return [...where, ...new Array<undefined>(HEAD.length - where.length).fill(undefined)];
    }),
  );
  return csvRows([HEAD, ...lines, ...written]);
}

function figures({ value, deviation, low, high }: ComparedCell): (number | undefined)[] {
  return [value, deviation, low, high];
}

function tests(found: Tests | undefined): (number | undefined)[] {
  const { tTest, wilcoxon } = found ?? {};
  return [tTest?.difference, tTest?.pValue, tTest?.adjusted, wilcoxon?.pValue, wilcoxon?.adjusted];
}
