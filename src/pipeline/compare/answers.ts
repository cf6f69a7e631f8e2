// What compared runs say to one question, as their evaluations stored it: means, and every user's rank.
import { UsageError } from "../../base/errors.ts";
import { type AnyMetric, perUserValues, type Ranks } from "../../evaluation/index.ts";
import { questionName, type SystemEvaluation } from "../evaluate/evaluation-record.ts";
import { readRanks } from "../evaluate/store.ts";
import type { CellLimit } from "./comparison.ts";
import type { Row, Source } from "./row.ts";
import { mean } from "./seed-means.ts";

/** A mean, with its interval over users where one is known. */
export interface MeanOverUsers {
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** What one run says to some users. */
export interface Answers {
  readonly seed?: number | undefined;
  /** Absent where the evaluation stored none, or not which of them are these users'. */
  readonly ranks?: Ranks | undefined;
  readonly metrics: Readonly<Record<string, MeanOverUsers | undefined>>;
  /** Measured as the reference was. */
  readonly testable: boolean;
  readonly limit?: CellLimit | undefined;
}

/** What one run says to all users who were asked. */
export interface RunAnswers extends Answers {
  /** Training interactions of the item each is asked for. Absent in files of earlier versions. */
  readonly itemCounts?: Int32Array | undefined;
  readonly buckets: NonNullable<SystemEvaluation["buckets"]>;
}

export interface DatasetAnswers {
  readonly dataset: string;
  /** By row; of a row by seed, from the lowest on. Some row has some. */
  readonly byRow: readonly (readonly RunAnswers[])[];
}

/** By data set, in their order; those of which nobody was asked the question are left out. */
export async function answersTo(
  question: string,
  rows: readonly Row[],
  datasets: readonly { readonly name: string; readonly hash: string }[],
): Promise<DatasetAnswers[]> {
  const found: DatasetAnswers[] = [];
  for (const { name, hash } of datasets) {
    const byRow = await Promise.all(rows.map((row) => answersOf(row, question, hash)));
    if (byRow.some((own) => own.length > 0)) found.push({ dataset: name, byRow });
  }
  return found;
}

async function answersOf(row: Row, question: string, dataset: string): Promise<RunAnswers[]> {
  const sources = row.sources.filter(({ run }) => run.record.dataset.hash === dataset);
  const read = await Promise.all(sources.map((source) => readAnswers(source, question)));
  return read.filter((each) => each !== undefined).sort((a, b) => (a.seed ?? 0) - (b.seed ?? 0));
}

async function readAnswers({ run, name, seed }: Source, question: string): Promise<RunAnswers | undefined> {
  const { directory, record, differences } = run;
  const task = record.tasks.find((each) => questionName(each) === question);
  const system = task?.systems.find((each) => each.name === name);
  if (system === undefined) return undefined;
  const stored = await readRanks({ directory, record, question, system: name });
  return {
    seed,
    ranks: stored?.ranks,
    itemCounts: stored?.itemCounts,
    metrics: system.metrics as Answers["metrics"],
    buckets: system.buckets ?? [],
    testable: differences.length === 0,
    limit: limitOf(system, task!.users),
  };
}

/** `users`: who were asked. */
function limitOf({ unanswered = 0, coldItemsByChance }: SystemEvaluation, users: number): CellLimit | undefined {
  if (unanswered > 0) return unanswered === users ? "no answer" : "some unanswered";
  return coldItemsByChance ? "cold items by chance" : undefined;
}

/** @throws UsageError for a metric that was not evaluated, where no ranks tell it. */
export function metricOf({ metrics, ranks }: Answers, metric: AnyMetric): number {
  const stored = metrics[metric];
  if (stored !== undefined) return stored.value;
  if (ranks === undefined)
    throw new UsageError(`compare: ${metric} was not evaluated; add its cut to isrf evaluate --k.`);
  return mean(perUserValues(metric, ranks));
}
