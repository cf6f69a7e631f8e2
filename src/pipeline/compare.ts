// Compare evaluated runs: the same questions side by side, with paired tests against the first run. Runs whose
// protocol fingerprints differ are shown apart, never in one column without a word.
import Table from "cli-table3";
import { UsageError } from "../base/errors.ts";
import {
  comparable,
  type Interval,
  METRIC_NAMES,
  type MetricName,
  type PairedTest,
  pairedTTest,
  perUserValues,
  wilcoxonTest,
} from "../evaluation/index.ts";
import { type EvaluationRecord, questionName, type SystemRanks } from "./evaluation/evaluation-record.ts";
import { readEvaluation, readRanks } from "./evaluation/store.ts";

export interface ComparedRun {
  readonly directory: string;
  readonly system: string;
  /** Why this run may not be compared with the first one; empty when it may. */
  readonly differences: readonly string[];
}

/** One metric of one run on one question, tested against the first run where that is allowed. */
export interface ComparedMetric extends Interval {
  readonly question: string;
  readonly metric: MetricName;
  /** Position in `runs`. */
  readonly run: number;
  readonly tTest?: PairedTest;
  readonly wilcoxon?: PairedTest;
}

export interface Comparison {
  readonly runs: readonly ComparedRun[];
  readonly metrics: readonly ComparedMetric[];
}

interface Run extends ComparedRun {
  readonly record: EvaluationRecord;
}

/**
 * @param directories Evaluated runs; the first is the reference of all tests.
 * @throws UsageError for fewer than two; InputError when one was not evaluated.
 */
export async function compareRuns(directories: readonly string[]): Promise<Comparison> {
  if (directories.length < 2) throw new UsageError(`compare: ${directories.length} runs, expected at least 2.`);
  const records = await Promise.all(directories.map(readEvaluation));
  const runs: Run[] = records.map((record, i) => ({
    directory: directories[i]!,
    system: record.system,
    differences: comparable(records[0]!.fingerprint, record.fingerprint).differences,
    record,
  }));
  const metrics: ComparedMetric[] = [];
  for (const question of new Set(records.flatMap(questionsOf)))
    metrics.push(...(await compareQuestion(runs, question)));
  return { runs: runs.map(({ directory, system, differences }) => ({ directory, system, differences })), metrics };
}

function questionsOf({ tasks }: EvaluationRecord): string[] {
  return tasks.map(({ task, candidates }) => questionName(task, candidates));
}

async function compareQuestion(runs: readonly Run[], question: string): Promise<ComparedMetric[]> {
  const reference = await readRanks({ ...runs[0]!, question });
  const compared: ComparedMetric[] = [];
  for (const [index, { directory, system, record, differences }] of runs.entries()) {
    const task = record.tasks.find((entry) => questionName(entry.task, entry.candidates) === question);
    const found = task?.systems.find(({ name }) => name === system);
    if (!found) continue;
    const testable = index > 0 && differences.length === 0;
    const ranks = testable ? await readRanks({ directory, record, question }) : undefined;
    for (const metric of METRIC_NAMES) {
      const tests = reference && ranks ? testsOf(metric, ranks, reference) : {};
      compared.push({ question, metric, run: index, ...found.metrics[metric], ...tests });
    }
  }
  return compared;
}

function testsOf(metric: MetricName, a: SystemRanks, b: SystemRanks): Pick<ComparedMetric, "tTest" | "wilcoxon"> {
  const values = [perUserValues(metric, a.ranks), perUserValues(metric, b.ranks)] as const;
  return { tTest: pairedTTest(...values), wilcoxon: wilcoxonTest(...values) };
}

const SHOWN: readonly MetricName[] = ["HR@5", "HR@10", "NDCG@5", "NDCG@10", "MRR"];

/** One table per question; p-values are of Wilcoxon's test against the first run. */
export function formatComparison({ runs, metrics }: Comparison): string {
  const questions = [...new Set(metrics.map(({ question }) => question))];
  const tables = questions.flatMap((question) => ["", question, questionTable(runs, metrics, question)]);
  const apart = runs.flatMap(({ directory, differences }) =>
    differences.length === 0 ? [] : [`NOT COMPARABLE with the first run: ${directory} (${differences.join("; ")})`],
  );
  return [`p: Wilcoxon signed-rank test on per-user values against ${runs[0]!.directory}`, ...tables, ...apart].join(
    "\n",
  );
}

function questionTable(runs: readonly ComparedRun[], metrics: readonly ComparedMetric[], question: string): string {
  const table = new Table({
    head: ["", ...SHOWN],
    colAligns: ["left", ...SHOWN.map(() => "right" as const)],
    style: { head: [], border: [] },
  });
  runs.forEach(({ directory, system, differences }, run) => {
    const cells = SHOWN.map((name) => {
      const found = metrics.find((entry) => entry.run === run && entry.metric === name && entry.question === question);
      return found ? cellOf(found) : "";
    });
    table.push([`${system} (${directory})${differences.length > 0 ? "\nnot comparable" : ""}`, ...cells]);
  });
  return table.toString();
}

function cellOf({ value, wilcoxon }: ComparedMetric): string {
  return wilcoxon ? `${value.toFixed(4)}\np ${wilcoxon.pValue.toPrecision(2)}` : value.toFixed(4);
}
