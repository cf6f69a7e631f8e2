// A comparison as one line per value: what spreadsheets and scripts read. Full values, nothing rounded.
import { csvRows } from "../tables/csv.ts";
import type { ComparedCell, ComparedColumn, Comparison, Tests } from "./comparison.ts";

const HEAD = [
  ..."question,dataset,metric,system,kind,seeds,value,deviation,low,high,place,reference".split(","),
  ..."difference,t_p,t_p_holm,wilcoxon_p,wilcoxon_p_holm".split(","),
  ..."seeds_difference,seeds_t_p,seeds_t_p_holm,seeds_wilcoxon_p,seeds_wilcoxon_p_holm".split(","),
  ..."item_count,users".split(","),
  ..."split,protocol,limit,differences".split(","),
];

/**
 * Differences are system minus reference; `place` is best, second or empty. Lines of users who are asked for an item
 * that training saw `item_count` times are of a question of their own: nobody shall take them for those of all users.
 * `limit` is what a system cannot do of what is asked: without an answer it has no value. `differences` say why it may
 * not stand beside the reference.
 */
export function csvOf(comparison: Comparison): string {
  const { questions, sentences = [], split, protocol } = comparison;
  const lines = questions.flatMap(({ question, columns, byItemCount = [] }) => [
    ...columns.flatMap((column) => columnLines(comparison, question, column, ["", ""])),
    ...byItemCount.flatMap((column) =>
      columnLines(comparison, `${question} by item count`, column, [spreadsheetRange(column.itemCount), column.users]),
    ),
  ]);
  const written = sentences.flatMap(({ label, dataset, seed, metrics }) =>
    Object.entries(metrics).map(([metric, value]) => {
      const where = ["sentences", dataset, metric, label, "model", seed ?? "", value];
      const measured = [split, protocol, undefined, undefined];
      return [
        ...where,
        ...new Array<undefined>(HEAD.length - where.length - measured.length).fill(undefined),
        ...measured,
      ];
    }),
  );
  return csvRows([HEAD, ...lines, ...written]);
}

/** "1 to 4": spreadsheets take 1-4 for a date. */
function spreadsheetRange(range: string): string {
  return range.replace("-", " to ");
}

function columnLines(
  { systems, reference, split, protocol }: Comparison,
  question: string,
  { dataset, metric, cells, best, second }: ComparedColumn,
  whose: readonly (string | number)[],
): (string | number | undefined)[][] {
  return cells.flatMap((cell, i) => {
    if (cell === null) return [];
    const { label, kind, seeds, differences } = systems[i]!;
    const place = i === best ? "best" : i === second ? "second" : "";
    const where = [question, dataset, metric, label, kind, (cell.valueSeeds ?? seeds).join(" ")];
    const tested = [...tests(cell.users), ...tests(cell.seeds)];
    const measured = [split, protocol, cell.limit, differences.join("; ")];
    return [[...where, ...figures(cell), place, systems[reference]!.label, ...tested, ...whose, ...measured]];
  });
}

/** Whoever has no answer has none, rather than 0: as in tables. */
function figures({ value, deviation, low, high, limit }: ComparedCell): (number | undefined)[] {
  if (limit === "no answer") return new Array<undefined>(4).fill(undefined);
  return [value, deviation, low, high];
}

function tests(found: Tests | undefined): (number | undefined)[] {
  const { tTest, wilcoxon } = found ?? {};
  return [tTest?.difference, tTest?.pValue, tTest?.adjusted, wilcoxon?.pValue, wilcoxon?.adjusted];
}
