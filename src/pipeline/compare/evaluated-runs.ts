// Evaluated directories: what they hold, and which may stand side by side.
import { resolve, sep } from "node:path";
import { InputError, OperationError, UsageError } from "../../base/errors.ts";
import { comparable, type Fingerprint } from "../../evaluation/index.ts";
import { modelVersion } from "../../runs/model-version.ts";
import { isRun, type RunConfig, readRunConfig } from "../../runs/run.ts";
import type { EvaluationRecord, FusedWith } from "../evaluate/evaluation-record.ts";
import { isOfEarlierModel } from "../evaluate/measured-model.ts";
import { readEvaluation } from "../evaluate/store.ts";

interface ReadRun {
  readonly directory: string;
  readonly record: EvaluationRecord;
  /** Absent for what was evaluated without a training. */
  readonly config?: RunConfig | undefined;
  /** Of the run that it was fused with, where that still lies there. */
  readonly fusedConfig?: RunConfig | undefined;
  /** Name of its row, where somebody gave one: runs of equal name are one row. */
  readonly label?: string | undefined;
}

export interface EvaluatedRun extends ReadRun {
  /** Why it may not stand beside the reference's run; empty when it may. */
  readonly differences: readonly string[];
}

/**
 * @param reference Label of the row that all are held against. Default, and where it is no run's own: the first run's.
 * @throws InputError for a directory without an evaluation; UsageError for one that is named twice.
 */
export async function readRuns(
  directories: readonly string[],
  labels: ReadonlyMap<string, string>,
  reference?: string,
): Promise<EvaluatedRun[]> {
  const met = new Set<string>();
  for (const directory of directories) {
    if (met.has(resolve(directory))) throw new UsageError(`compare: ${directory} is named twice.`);
    met.add(resolve(directory));
  }
  const read = await Promise.all(directories.map((directory) => readOne(directory, labels.get(directory))));
  const differencesOf = againstReference(read, reference);
  return read.map((run) => ({ ...run, differences: differencesOf(run) }));
}

async function readOne(directory: string, label: string | undefined): Promise<ReadRun> {
  const record = await readEvaluation(directory);
  if (await isOfEarlierModel(directory, record)) {
    throw new UsageError(
      `compare: ${directory} was trained again, or further, after its evaluation, whose figures are those of the model before. ` +
        `Run: isrf evaluate ${directory}`,
    );
  }
  const run = { directory, record, label, fusedConfig: await configOf(record.fusedWith) };
  return (await isRun(directory)) ? { ...run, config: await readRunConfig(directory) } : run;
}

/** Undefined where another training lies there by now, or none that can be read: the comparison does not need it. */
async function configOf(fusedWith: FusedWith | undefined): Promise<RunConfig | undefined> {
  if (fusedWith === undefined) return undefined;
  const { directory, hash } = fusedWith;
  try {
    const isSame = (await isRun(directory)) && (await modelVersion(directory)) === hash;
    return isSame ? await readRunConfig(directory) : undefined;
  } catch (error) {
    if (error instanceof InputError || error instanceof OperationError) return undefined;
    throw error;
  }
}

/** What its row may be called among `all`. */
function namesOf(run: ReadRun, all: readonly ReadRun[]): string[] {
  return [nameOf(run), distinctName(run, all)];
}

function nameOf({ label, record }: ReadRun): string {
  return label ?? record.system;
}

/** With the shortest end of its path that no other run of its name has. */
export function distinctName(run: ReadRun, all: readonly ReadRun[]): string {
  const name = nameOf(run);
  const own = resolve(run.directory).split(sep);
  const others = all
    .filter((other) => nameOf(other) === name && resolve(other.directory) !== own.join(sep))
    .map(({ directory }) => resolve(directory).split(sep));
  const endOf = (path: readonly string[], parts: number) => path.slice(-parts).join(sep);
  let parts = 1;
  while (parts < own.length && others.some((other) => endOf(other, parts) === endOf(own, parts))) parts++;
  return `${name} (${endOf(own, parts)})`;
}

/**
 * What tells a run from the reference's. Runs on other data sets stand in other columns: each column has its own base,
 * the reference's run there or else the first, and between bases only what names the data may differ.
 */
function againstReference(runs: readonly ReadRun[], reference: string | undefined): (run: ReadRun) => string[] {
  const first = runs.find((run) => reference !== undefined && namesOf(run, runs).includes(reference)) ?? runs[0]!;
  const ofFirst = namesOf(first, runs);
  const isReference = (run: ReadRun) => namesOf(run, runs).some((name) => ofFirst.includes(name));
  return (run) => {
    const column = runs.filter(({ record }) => record.dataset.name === run.record.dataset.name);
    const base = column.includes(first) ? first : (column.find(isReference) ?? column[0]!);
    const across = base === first ? [] : differing(withoutData(first), withoutData(base));
    return [...across, ...differing(...commonCandidates(withAllCandidates(base, column), run.record.fingerprint))];
  };
}

function differing(a: Fingerprint, b: Fingerprint): string[] {
  return comparable(a, b).differences;
}

/** A run that was asked one task alone has fewer candidate sets: of others the first run that has them says which. */
function withAllCandidates(base: ReadRun, column: readonly ReadRun[]): Fingerprint {
  const { fingerprint } = base.record;
  const all = [base, ...column].map(({ record }) => record.fingerprint.candidates);
  return { ...fingerprint, candidates: Object.assign({}, ...all.reverse()) };
}

/** Of the sets that both have. */
function commonCandidates(a: Fingerprint, b: Fingerprint): [Fingerprint, Fingerprint] {
  const common = Object.keys(a.candidates).filter((kind) => kind in b.candidates);
  const only = (f: Fingerprint) => ({
    ...f,
    candidates: Object.fromEntries(common.map((kind) => [kind, f.candidates[kind]!])),
  });
  return [only(a), only(b)];
}

function withoutData({ record: { fingerprint: f } }: ReadRun): Fingerprint {
  const training = f.training.replace(/, [0-9a-f]+$/, "");
  const users = f.users === "all" ? "all" : "a sample";
  return { ...f, dataset: "", splitHash: "", idMap: "", questions: "", candidates: {}, training, users };
}

/**
 * @throws UsageError for two protocols in one table, whatever is allowed; and naming what differs, unless `isAllowed`.
 */
export function refuseUnequal(runs: readonly EvaluatedRun[], isAllowed: boolean): void {
  const base = runs.find(({ differences }) => differences.length === 0)!;
  const { protocol } = base.record;
  const other = runs.find(({ record }) => record.protocol !== protocol);
  if (other !== undefined) {
    throw new UsageError(
      `compare: ${base.directory} follows protocol ${protocol}, ${other.directory} protocol ${other.record.protocol}. ` +
        "Results of paper contain test information and never stand in one table with strict ones.",
    );
  }
  const unequal = runs.filter(({ differences }) => differences.length > 0);
  if (isAllowed || unequal.length === 0) return;
  const words = unequal.map(({ directory, differences }) => `${directory} (${differences.join("; ")})`);
  throw new UsageError(
    `compare: not comparable with ${base.directory}: ${words.join(", ")}. ` +
      "Evaluate them alike, or add --allow-unequal to see them side by side, marked and untested.",
  );
}
