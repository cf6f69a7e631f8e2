// Compare evaluated runs: the same questions side by side, runs of one system with several seeds as one row, tests and
// gains of one reference against the others. Results that were measured unlike the reference are refused, or shown
// marked and untested.
import { UsageError } from "../../base/errors.ts";
import { productVersion } from "../../base/product-version.ts";
import { type Given, settingsOf } from "../../base/settings.ts";
import { type AnyMetric, longestCut } from "../../evaluation/index.ts";
import { questionName } from "../evaluate/evaluation-record.ts";
import { answersTo } from "./answers.ts";
import { itemCountColumns } from "./by-item-count.ts";
import { columnsOf } from "./columns.ts";
import type { ComparedQuestion, Comparison } from "./comparison.ts";
import { type EvaluatedRun, readRuns, refuseUnequal } from "./evaluated-runs.ts";
import type { Row } from "./row.ts";
import { rowsOf } from "./rows.ts";
import { sentencesOf } from "./sentences.ts";
import { compareSettings } from "./settings.ts";

export type { ComparedCell, ComparedColumn, ComparedSystem, Comparison } from "./comparison.ts";

export interface CompareOptions extends Given<typeof compareSettings> {
  /** Columns. Default: HR@5, NDCG@5, HR@10, NDCG@10, as in the paper's tables. */
  readonly metrics?: readonly AnyMetric[] | undefined;
  /**
   * Names of rows by directory; runs of equal name are one row, whatever their settings. Default: the system's name.
   */
  readonly labels?: ReadonlyMap<string, string> | undefined;
}

const PAPER_COLUMNS: readonly AnyMetric[] = ["HR@5", "NDCG@5", "HR@10", "NDCG@10"];

/**
 * @param directories Evaluated runs.
 * @throws UsageError for fewer than two systems, unequal fingerprints, or an unknown reference; InputError when one was
 *   not
 * evaluated.
 */
export async function compare(directories: readonly string[], options: CompareOptions = {}): Promise<Comparison> {
  const { metrics = PAPER_COLUMNS } = options;
  const { yardsticks, allowUnequal, test } = settingsOf("compare", compareSettings, options);
  if (directories.length === 0) throw new UsageError("compare: no runs, expected at least one.");
  const runs = await readRuns(directories, options.labels ?? new Map(), options.reference);
  refuseUnequal(runs, allowUnequal);
  const rows = rowsOf(runs, yardsticks);
  refuseTwins(rows);
  if (rows.length < 2) throw new UsageError(`compare: only ${rows[0]!.label}, expected at least 2 systems.`);
  refuseDeepCuts(runs, metrics);
  const reference = referenceOf(rows, options.reference);
  const frame = { rows, reference, test };
  const datasets = datasetsOf(runs);
  const questions: ComparedQuestion[] = [];
  for (const question of new Set(runs.flatMap(questionsOf))) {
    const answers = await answersTo(question, rows, datasets);
    const columns = columnsOf(frame, answers, metrics);
    questions.push({ question, columns, byItemCount: itemCountColumns(frame, answers) });
  }
  const { protocol, split } = runs.find(({ differences }) => differences.length === 0)!.record;
  return {
    format: 1,
    kind: "comparison",
    productVersion: productVersion(),
    protocol,
    split,
    testedOver: test === "seeds" ? test : undefined,
    runs: runs.map(({ directory, record, config, differences }) => ({
      directory,
      system: record.system,
      dataset: record.dataset.name,
      seed: config?.seed,
      differences,
    })),
    systems: rows.map(({ sources: _, ...system }) => system),
    reference,
    datasets,
    questions,
    sentences: sentencesOf(rows),
  };
}

function questionsOf({ record }: EvaluatedRun): string[] {
  return record.tasks.map(questionName);
}

function datasetsOf(runs: readonly EvaluatedRun[]): Comparison["datasets"] {
  const records = [...new Set(runs.map(({ record }) => record.dataset.hash))].map((hash) => {
    const own = runs.filter(({ record }) => record.dataset.hash === hash);
    return (own.find(({ differences }) => differences.length === 0) ?? own[0]!).record;
  });
  return records.map(({ dataset, fingerprint }) => {
    const isUnique = records.filter((other) => other.dataset.name === dataset.name).length === 1;
    const own = isUnique ? dataset.name : `${dataset.name} ${dataset.hash.slice(0, 8)}`;
    // A column that asks other questions says so wherever it is drawn.
    const name = dataset.asks === undefined ? own : `${own} (${dataset.asks})`;
    return { name, hash: dataset.hash, fingerprint: fingerprint.hash };
  });
}

function referenceOf(rows: readonly Row[], label: string | undefined): number {
  if (label === undefined) return 0;
  const found = rows.findIndex((row) => row.label === label);
  if (found >= 0) return found;
  throw new UsageError(`compare: reference ${label}, expected one of ${rows.map((row) => row.label).join(", ")}.`);
}

/** The same training twice would count as two seeds. */
function refuseTwins(rows: readonly Row[]): void {
  for (const { label, sources } of rows) {
    const met = new Map<string, string>();
    for (const { run, seed } of sources) {
      const key = `${run.record.dataset.hash} ${seed}`;
      const twin = met.get(key);
      if (twin !== undefined)
        throw new UsageError(
          `compare: ${twin} and ${run.directory} are ${label} with ${run.label === undefined ? "equal settings" : "one name"} and ${seed === undefined ? "no seed" : `seed ${seed}`}.`,
        );
      met.set(key, run.directory);
    }
  }
}

function refuseDeepCuts(runs: readonly EvaluatedRun[], metrics: readonly AnyMetric[]): void {
  const wanted = longestCut(metrics);
  const shallow = runs.find(({ record }) => wanted > (record.fingerprint.listLength ?? 20));
  if (shallow === undefined) return;
  throw new UsageError(
    `compare: a cut at ${wanted}, but ${shallow.directory} holds shorter lists; evaluate with --k ${wanted}.`,
  );
}
