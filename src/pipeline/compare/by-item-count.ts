// A question's answers apart by how often training saw the wanted item: means from the buckets of the records, and from
// the ranks of a range's users intervals and tests.
import { EVALUATION_SEED } from "../../base/seeds.ts";
import { bootstrapIntervalsOfAll, bucketsOf, POPULARITY_STARTS, type Ranks } from "../../evaluation/index.ts";
import type { Answers, DatasetAnswers, MeanOverUsers, RunAnswers } from "./answers.ts";
import { type AskedColumn, type Frame, testedColumns } from "./columns.ts";
import type { ComparedColumn, ItemCountColumn } from "./comparison.ts";

export const ITEM_COUNT_METRICS = ["HR@10", "NDCG@10"] as const;
/** Of items that training never saw. */
const COLD = "0";

/** Who is asked for items of one range, and what all say to them. */
interface Range {
  readonly itemCount: string;
  readonly users: number;
  /** By row. */
  readonly answers: readonly (readonly Answers[])[];
}

/**
 * A column for each data set, range and metric, from cold items on; undefined where no record holds ranges, as those of
 * earlier versions. Holm's correction runs over the tests of all columns.
 */
export function itemCountColumns(
  frame: Frame,
  answers: readonly DatasetAnswers[],
): readonly ItemCountColumn[] | undefined {
  const asked = answers.flatMap(({ dataset, byRow }) =>
    rangesOf(byRow).flatMap((range) => ITEM_COUNT_METRICS.map((metric) => ({ ...range, dataset, metric }))),
  );
  const columns = testedColumns(frame, asked satisfies readonly AskedColumn[]);
  if (columns.length === 0) return undefined;
  return columns.map((column, i) => ({ ...untestedWithoutGain(column), ...whoOf(asked[i]!) }));
}

function whoOf({ itemCount, users }: Range): Pick<ItemCountColumn, "itemCount" | "users"> {
  return { itemCount, users };
}

/** A lead without a star would pass for one that a test found to be chance. */
function untestedWithoutGain(column: ComparedColumn): ComparedColumn {
  return column.gain?.pValue === undefined ? { ...column, gain: undefined } : column;
}

function rangesOf(byRow: DatasetAnswers["byRow"]): Range[] {
  const all = byRow.flat();
  const members = membersOf(all);
  const labels = new Set(all.flatMap((answers) => rangesIn(answers).map(({ label }) => label)));
  return [...labels]
    .sort((a, b) => startOf(a) - startOf(b))
    .map((label) => {
      const own = byRow.map((each) => each.flatMap((answers) => within(answers, label, members.get(label)) ?? []));
      const found = own.flat();
      const { users } = found.find(({ testable }) => testable) ?? found[0]!;
      return { itemCount: label, users, answers: withIntervals(own) };
    });
}

/**
 * Positions in the asked users, by range. What was measured alike asked the same users for the same items: one file
 * that tells how often training saw these serves all.
 */
function membersOf(all: readonly RunAnswers[]): ReadonlyMap<string, Int32Array> {
  const counts = all.find(({ testable, itemCounts }) => testable && itemCounts !== undefined)?.itemCounts;
  const ranges = counts === undefined ? [] : bucketsOf(counts, POPULARITY_STARTS);
  return new Map(ranges.map(({ label, members }) => [label, members]));
}

function rangesIn({ buckets }: RunAnswers): RunAnswers["buckets"] {
  return buckets.filter(({ by }) => by === "item popularity");
}

/** Undefined where the record has nobody in this range. */
function within(
  answers: RunAnswers,
  label: string,
  members: Int32Array | undefined,
): (Answers & { readonly users: number }) | undefined {
  const range = rangesIn(answers).find((each) => each.label === label);
  if (range === undefined) return undefined;
  const { seed, testable, limit, ranks } = answers;
  const isTold = testable && members?.length === range.users;
  return {
    seed,
    testable,
    users: range.users,
    // Only new items stand by chance in the lists of a system that knows nothing of them.
    limit: limit === "cold items by chance" && label !== COLD ? undefined : limit,
    metrics: valuesOf(range.metrics),
    ranks: isTold ? ranks && ofMembers(ranks, members) : undefined,
  };
}

function valuesOf(metrics: Readonly<Record<string, number | undefined>>): Record<string, MeanOverUsers> {
  return Object.fromEntries(ITEM_COUNT_METRICS.map((metric) => [metric, { value: metrics[metric]! }]));
}

function ofMembers({ first, tied }: Ranks, members: Int32Array): Ranks {
  return { first: members.map((i) => first[i]!), tied: members.map((i) => tied[i]!) };
}

/** Over users, as in the main tables: of rows of one run. */
function withIntervals(byRow: readonly (readonly Answers[])[]): readonly (readonly Answers[])[] {
  const single = byRow.flatMap((own) => (own.length === 1 && own[0]!.ranks !== undefined ? own : []));
  const options = { seed: EVALUATION_SEED, names: ITEM_COUNT_METRICS };
  const intervals = bootstrapIntervalsOfAll(
    single.map(({ ranks }) => ranks!),
    options,
  );
  const metricsOf = new Map<Answers, Answers["metrics"]>(single.map((own, i) => [own, intervals[i]!]));
  return byRow.map((own) => own.map((each) => ({ ...each, metrics: metricsOf.get(each) ?? each.metrics })));
}

/** 5 of "5-9". */
function startOf(range: string): number {
  return Number.parseInt(range, 10);
}
