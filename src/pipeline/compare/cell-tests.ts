// Paired tests of one row against the reference's, over users and over seeds, and their correction.
import {
  type AnyMetric,
  DIFFERENCE_ROUNDING,
  holm,
  type PairedTest,
  pairedTTest,
  perUserValues,
  wilcoxonTest,
} from "../../evaluation/index.ts";
import { type Answers, metricOf } from "./answers.ts";
import type { ComparedCell, Tests } from "./comparison.ts";
import { mean } from "./seed-means.ts";

/** Tests before their correction. */
interface RawTests {
  readonly tTest: PairedTest;
  readonly wilcoxon: PairedTest;
}

export interface RawCell extends Omit<ComparedCell, "users" | "seeds"> {
  readonly users?: RawTests | undefined;
  readonly seeds?: RawTests | undefined;
}

/** So few seeds with one difference say nothing of how it varies. */
const LEAST_EQUAL_PAIRS = 5;

/** None where something was measured otherwise than the reference, or where `reference` is empty. */
export function testsAgainst(
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
  const all = answers.flatMap(({ ranks }) => (ranks === undefined ? [] : [perUserValues(metric, ranks)]));
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

/** Holm's correction over all tests of one kind in `columns`. */
export function corrected(columns: readonly (readonly (RawCell | null)[])[]): (ComparedCell | null)[][] {
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
