// A question's answers apart by how often training saw the wanted item, from what evaluations hold: means alone, and no
// tests, as records keep no count beside a user's rank.
import { questionName, type SystemEvaluation } from "../evaluate/evaluation-record.ts";
import { limitOf, placesOf } from "./columns.ts";
import type { CellLimit, ComparedCell, ItemCountColumn } from "./comparison.ts";
import type { Row } from "./row.ts";
import { meanOverSeeds } from "./seed-means.ts";

export const ITEM_COUNT_METRICS = ["HR@10", "NDCG@10"] as const;
/** Of items that training never saw. */
const COLD = "0";

/** What one run says to one question about items of one range. */
interface Answers {
  readonly seed?: number | undefined;
  readonly users: number;
  readonly metrics: Readonly<Record<string, number | undefined>>;
  readonly limit?: CellLimit | undefined;
  readonly isComparable: boolean;
}

/**
 * A column for each data set, range and metric, from cold items on; undefined where no record holds ranges, as those of
 * earlier versions.
 */
export function itemCountColumns(
  rows: readonly Row[],
  question: string,
  datasets: readonly { readonly name: string; readonly hash: string }[],
): readonly ItemCountColumn[] | undefined {
  const columns = datasets.flatMap(({ name, hash }) => {
    const answers = rows.map((row) => answersOf(row, question, hash));
    const ranges = [...new Set(answers.flatMap((own) => [...own.keys()]))].sort((a, b) => startOf(a) - startOf(b));
    return ranges.flatMap((range) => columnsOfRange(name, range, answers, rows));
  });
  return columns.length === 0 ? undefined : columns;
}

/** By range, from the lowest seed on. */
function answersOf(row: Row, question: string, dataset: string): ReadonlyMap<string, readonly Answers[]> {
  const found = new Map<string, Answers[]>();
  const sources = row.sources.filter(({ run }) => run.record.dataset.hash === dataset);
  for (const { run, name, seed } of sources.toSorted((a, b) => (a.seed ?? 0) - (b.seed ?? 0))) {
    const task = run.record.tasks.find((each) => questionName(each) === question);
    const system = task?.systems.find((each) => each.name === name);
    for (const { by, label, users, metrics } of system?.buckets ?? []) {
      if (by !== "item popularity") continue;
      const limit = limitOfRange(system!, task!.users, label);
      const own = { seed, users, metrics, limit, isComparable: run.differences.length === 0 };
      found.set(label, [...(found.get(label) ?? []), own]);
    }
  }
  return found;
}

/** Only new items stand by chance in the lists of a system that knows nothing of them. */
function limitOfRange(system: SystemEvaluation, users: number, range: string): CellLimit | undefined {
  const limit = limitOf(system, users);
  return limit === "cold items by chance" && range !== COLD ? undefined : limit;
}

function columnsOfRange(
  dataset: string,
  itemCount: string,
  answers: readonly ReadonlyMap<string, readonly Answers[]>[],
  rows: readonly Row[],
): ItemCountColumn[] {
  const own = answers.map((byRange) => byRange.get(itemCount) ?? []);
  const all = own.flat();
  const { users } = all.find(({ isComparable }) => isComparable) ?? all[0]!;
  return ITEM_COUNT_METRICS.map((metric) => {
    const cells = own.map((each) => cellOf(each, metric));
    const [best, second] = placesOf(cells, rows);
    return { dataset, itemCount, users, metric, cells, best, second };
  });
}

function cellOf(own: readonly Answers[], metric: string): ComparedCell | null {
  if (own.length === 0) return null;
  const values = own.map(({ metrics }) => metrics[metric]!);
  return meanOverSeeds(own, values);
}

/** 5 of "5-9". */
function startOf(range: string): number {
  return Number.parseInt(range, 10);
}
