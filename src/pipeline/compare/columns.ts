// The cells of one question: values by system and seed, tests against the reference, best and second best.
import { UsageError } from "../../base/errors.ts";
import {
  type AnyMetric,
  DIFFERENCE_ROUNDING,
  holm,
  type Interval,
  type PairedTest,
  pairedTTest,
  perUserValues,
  wilcoxonTest,
} from "../../evaluation/index.ts";
import { questionName, type SystemEvaluation, type SystemRanks } from "../evaluate/evaluation-record.ts";
import { readRanks } from "../evaluate/store.ts";
import type { CellLimit, ComparedCell, ComparedColumn, Gain, Tests } from "./comparison.ts";
import type { Row, Source } from "./row.ts";
import { mean, meanOverSeeds } from "./seed-means.ts";
import type { TestedOver } from "./settings.ts";

/** What one run says to one question. */
interface Answers {
  readonly seed?: number | undefined;
  readonly ranks: SystemRanks | undefined;
  readonly metrics: Readonly<Record<string, Interval | undefined>>;
  readonly testable: boolean;
  readonly limit?: CellLimit | undefined;
}

/** Tests before their correction. */
interface RawTests {
  readonly tTest: PairedTest;
  readonly wilcoxon: PairedTest;
}

interface RawCell extends Omit<ComparedCell, "users" | "seeds"> {
  readonly users?: RawTests | undefined;
  readonly seeds?: RawTests | undefined;
}

/** So few seeds with one difference say nothing of how it varies. */
const LEAST_EQUAL_PAIRS = 5;

export interface ColumnsRequest {
  readonly rows: readonly Row[];
  /** Position in `rows`. */
  readonly reference: number;
  readonly question: string;
  /** Hashes, in the order of columns. */
  readonly datasets: readonly { readonly name: string; readonly hash: string }[];
  readonly metrics: readonly AnyMetric[];
  readonly test: TestedOver;
}

/** @throws UsageError for a metric that the stored ranks do not reach. */
export async function columnsOf({
  rows,
  reference,
  question,
  datasets,
  metrics,
  test,
}: ColumnsRequest): Promise<ComparedColumn[]> {
  const columns: { dataset: string; metric: AnyMetric; cells: (RawCell | null)[] }[] = [];
  for (const { name, hash } of datasets) {
    const answers = await Promise.all(rows.map((row) => answersOf(row, question, hash)));
    if (answers.every((each) => each.length === 0)) continue;
    for (const metric of metrics) {
      const cells = answers.map((own, i) => cellOf(own, metric, i === reference ? [] : answers[reference]!));
      columns.push({ dataset: name, metric, cells });
    }
  }
  const corrected = correct(columns.map(({ cells }) => cells));
  return columns.map((column, i) => finish({ ...column, cells: corrected[i]! }, reference, rows, test));
}

async function answersOf(row: Row, question: string, dataset: string): Promise<Answers[]> {
  const sources = row.sources.filter(({ run }) => run.record.dataset.hash === dataset);
  const read = await Promise.all(sources.map((source) => readAnswers(source, question)));
  return read.filter((each) => each !== undefined).sort((a, b) => (a.seed ?? 0) - (b.seed ?? 0));
}

async function readAnswers({ run, name, seed }: Source, question: string): Promise<Answers | undefined> {
  const { directory, record, differences } = run;
  const task = record.tasks.find((each) => questionName(each) === question);
  const system = task?.systems.find((each) => each.name === name);
  if (system === undefined) return undefined;
  const ranks = await readRanks({ directory, record, question, system: name });
  return {
    seed,
    ranks,
    metrics: system.metrics as Answers["metrics"],
    testable: differences.length === 0,
    limit: limitOf(system, task!.users),
  };
}

/** `users`: who were asked. */
export function limitOf({ unanswered = 0, coldItemsByChance }: SystemEvaluation, users: number): CellLimit | undefined {
  if (unanswered > 0) return unanswered === users ? "no answer" : "some unanswered";
  return coldItemsByChance ? "cold items by chance" : undefined;
}

function cellOf(own: readonly Answers[], metric: AnyMetric, reference: readonly Answers[]): RawCell | null {
  if (own.length === 0) return null;
  const values = own.map((answers) => metricOf(answers, metric));
  const interval = own.length === 1 ? own[0]!.metrics[metric] : undefined;
  return {
    ...meanOverSeeds(own, values),
    low: interval?.low,
    high: interval?.high,
    ...testsAgainst(own, reference, metric),
  };
}

function metricOf({ metrics, ranks }: Answers, metric: AnyMetric): number {
  const stored = metrics[metric];
  if (stored !== undefined) return stored.value;
  if (ranks === undefined)
    throw new UsageError(`compare: ${metric} was not evaluated; add its cut to isrf evaluate --k.`);
  return mean(perUserValues(metric, ranks.ranks));
}

function testsAgainst(
  own: readonly Answers[],
  reference: readonly Answers[],
  metric: AnyMetric,
): Pick<RawCell, "users" | "seeds"> {
  if (reference.length === 0 || ![...own, ...reference].every(({ testable }) => testable)) return {};
  const users = userTests(own, reference, metric);
  const pairs = seedPairs(own, reference, metric);
  return {
    users,
    seeds: canTest(...pairs) ? bothTests(...pairs) : undefined,
  };
}

/** Two seeds at least. A few equal differences would pass for an estimate without error. */
function canTest(a: Float64Array, b: Float64Array): boolean {
  if (a.length < 2) return false;
  const differences = a.map((value, i) => value - b[i]!);
  const isConstant = Math.max(...differences) - Math.min(...differences) <= DIFFERENCE_ROUNDING;
  return !isConstant || a.length >= LEAST_EQUAL_PAIRS;
}

/** The t-test asks for means, of however many seeds; Wilcoxon's ranks need values of one kind. */
function userTests(own: readonly Answers[], reference: readonly Answers[], metric: AnyMetric): RawTests | undefined {
  const [a, b] = [userValues(own, metric), userValues(reference, metric)];
  const [c, d] = ofEqualSeeds(own, reference).map((answers) => userValues(answers, metric));
  if (!a || !b || !c || !d || a.length !== b.length || a.length < 2) return undefined;
  return { tTest: pairedTTest(a, b), wilcoxon: wilcoxonTest(c, d) };
}

function bothTests(a: Float64Array, b: Float64Array): RawTests {
  return { tTest: pairedTTest(a, b), wilcoxon: wilcoxonTest(a, b) };
}

/**
 * Answers of the seeds that both have, where both have seeds: a mean over three seeds has values that one seed's cannot
 * have, and Wilcoxon's ranks would tell the two apart by that alone. Without a common seed all of them.
 */
function ofEqualSeeds(
  own: readonly Answers[],
  reference: readonly Answers[],
): [readonly Answers[], readonly Answers[]] {
  const seeds = new Set(own.map(({ seed }) => seed).filter((seed) => seed !== undefined));
  const common = new Set(reference.map(({ seed }) => seed).filter((seed) => seed !== undefined && seeds.has(seed)));
  if (common.size === 0) return [own, reference];
  const kept = (answers: readonly Answers[]) => answers.filter(({ seed }) => seed !== undefined && common.has(seed));
  return [kept(own), kept(reference)];
}

/** Each user's mean over seeds; undefined where ranks of a run are missing. */
function userValues(answers: readonly Answers[], metric: AnyMetric): Float64Array | undefined {
  const all = answers.flatMap(({ ranks }) => (ranks === undefined ? [] : [perUserValues(metric, ranks.ranks)]));
  if (all.length !== answers.length) return undefined;
  return all[0]!.map((_, user) => mean(all.map((values) => values[user]!)));
}

/** Values of seeds that both have; a system without seeds has the same value for each of the other's. */
function seedPairs(a: readonly Answers[], b: readonly Answers[], metric: AnyMetric): [Float64Array, Float64Array] {
  const bySeed = (answers: readonly Answers[]) => new Map(answers.map((each) => [each.seed, metricOf(each, metric)]));
  const [left, right] = [bySeed(a), bySeed(b)];
  const seeds = [...new Set([...left.keys(), ...right.keys()])].filter((seed) => seed !== undefined);
  const valueAt = (values: ReadonlyMap<number | undefined, number>, seed: number) =>
    values.get(seed) ?? (values.size === 1 ? values.get(undefined) : undefined);
  const common = seeds.filter((seed) => valueAt(left, seed) !== undefined && valueAt(right, seed) !== undefined);
  return [
    Float64Array.from(common, (seed) => valueAt(left, seed)!),
    Float64Array.from(common, (seed) => valueAt(right, seed)!),
  ];
}

/** Holm's correction over all tests of one kind in the question. */
function correct(columns: readonly (readonly (RawCell | null)[])[]): (ComparedCell | null)[][] {
  const flat = columns.flat();
  const adjusted = new Map<PairedTest, number>();
  for (const over of ["users", "seeds"] as const) {
    for (const test of ["tTest", "wilcoxon"] as const) {
      const tests = flat.flatMap((cell) => cell?.[over]?.[test] ?? []);
      holm(tests.map(({ pValue }) => pValue)).forEach((p, i) => {
        adjusted.set(tests[i]!, p);
      });
    }
  }
  const withAdjusted = (raw: RawTests): Tests => ({
    tTest: { ...raw.tTest, adjusted: adjusted.get(raw.tTest)! },
    wilcoxon: { ...raw.wilcoxon, adjusted: adjusted.get(raw.wilcoxon)! },
  });
  return columns.map((cells) =>
    cells.map((cell) => {
      if (cell === null) return null;
      const { users, seeds, ...rest } = cell;
      return {
        ...rest,
        users: users && withAdjusted(users),
        seeds: seeds && withAdjusted(seeds),
      };
    }),
  );
}

/** Positions from the best on, of what may stand beside the reference. */
export function placesOf(cells: readonly (ComparedCell | null)[], rows: readonly Row[]): number[] {
  return [...cells.keys()]
    .filter((i) => cells[i] !== null && rows[i]!.differences.length === 0)
    .sort((a, b) => cells[b]!.value - cells[a]!.value);
}

/** A gain is over single systems: a fusion may hold the reference itself. */
function finish(
  column: Pick<ComparedColumn, "dataset" | "metric" | "cells">,
  reference: number,
  rows: readonly Row[],
  test: TestedOver,
): ComparedColumn {
  const { cells } = column;
  const order = placesOf(cells, rows);
  const over = order.find((i) => i !== reference && rows[i]!.kind !== "fused");
  const [best, second] = order;
  const own = cells[reference];
  return {
    ...column,
    best,
    second,
    gain: own && over !== undefined ? gainOf(own, cells[over]!, over, test) : undefined,
  };
}

function gainOf(own: ComparedCell, other: ComparedCell, over: number, test: TestedOver): Gain {
  const absolute = own.value - other.value;
  return {
    over,
    absolute,
    relative: other.value === 0 ? undefined : absolute / other.value,
    pValue: other[test]?.tTest.adjusted,
  };
}
