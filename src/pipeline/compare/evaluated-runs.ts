// Evaluated directories as rows of a table: what they hold, which belong together, which may stand side by side.
import { basename, resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { sha256 } from "../../base/files.ts";
import { comparable, type Fingerprint } from "../../evaluation/index.ts";
import { answersOurWay, readsHistory } from "../../recommenders/definition.ts";
import { RECOMMENDERS } from "../../recommenders/registry.ts";
import { isRun, type RunConfig, readRunConfig } from "../../runs/run.ts";
import type { EvaluationRecord, SystemEvaluation, SystemKind } from "../evaluate/evaluation-record.ts";
import { readEvaluation } from "../evaluate/store.ts";
import type { ComparedSystem } from "./comparison.ts";

interface ReadRun {
  readonly directory: string;
  readonly record: EvaluationRecord;
  /** Absent for what was evaluated without a training. */
  readonly config?: RunConfig | undefined;
  /** Name of its row, where somebody gave one: runs of equal name are one row. */
  readonly label?: string | undefined;
}

export interface EvaluatedRun extends ReadRun {
  /** Why it may not stand beside the reference's run; empty when it may. */
  readonly differences: readonly string[];
}

/** A run's answers on one data set: where they lie and under which name. */
export interface Source {
  readonly run: EvaluatedRun;
  /** Name inside the record. */
  readonly name: string;
  readonly seed?: number | undefined;
}

export interface Row extends ComparedSystem {
  readonly sources: readonly Source[];
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
  const run = { directory, record: await readEvaluation(directory), label };
  return (await isRun(directory)) ? { ...run, config: await readRunConfig(directory) } : run;
}

/** What its row may be called. */
function namesOf(run: ReadRun): string[] {
  const name = run.label ?? run.record.system;
  return [name, distinctName(name, run)];
}

function distinctName(name: string, { directory }: ReadRun): string {
  return `${name} (${basename(directory)})`;
}

/**
 * What tells a run from the reference's. Runs on other data sets stand in other columns: each column has its own base,
 * the reference's run there or else the first, and between bases only what names the data may differ.
 */
function againstReference(runs: readonly ReadRun[], reference: string | undefined): (run: ReadRun) => string[] {
  const first = runs.find((run) => reference !== undefined && namesOf(run).includes(reference)) ?? runs[0]!;
  const isReference = (run: ReadRun) => namesOf(run).some((name) => namesOf(first).includes(name));
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

/**
 * Rows of the table: the runs' own systems first, in the order given, runs with equal settings together; then what the
 * records hold beside them, once each.
 */
export function rowsOf(runs: readonly EvaluatedRun[], withYardsticks: boolean): Row[] {
  const groups = new Map<string, Source[]>();
  const variants = new Variants();
  for (const run of runs) {
    const key = `${settingsKey(run)} ${variants.of(run)}`;
    groups.set(key, [...(groups.get(key) ?? []), sourceOf(run)]);
  }
  const own = [...groups.values()].map((sources) => rowOf(sources, sources[0]!.run.record.system));
  const labelled = own.map((row, i) =>
    own.some((other, j) => i !== j && other.label === row.label)
      ? { ...row, label: distinctName(row.label, row.sources[0]!.run) }
      : row,
  );
  return withYardsticks ? [...labelled, ...besides(runs, new Set(own.map(({ label }) => label)))] : labelled;
}

function sourceOf(run: EvaluatedRun): Source {
  return { run, name: run.record.system, seed: run.config?.seed };
}

/** Equal for runs that differ in seed, data, what was made of the data, and place alone. */
function settingsKey({ record, config, differences, label }: EvaluatedRun): string {
  if (label !== undefined) return JSON.stringify([label, record.system, differences]);
  if (config === undefined) return JSON.stringify([record.system, differences]);
  const { model, preset, options, protocol, itemNumbers, embeddings, from, reviews } = config;
  const read = { embeddings: embeddings?.name, userHistory: embeddings?.userHistory, learnsReviews: reviews?.learnt };
  const kept = { model, preset, options, protocol, itemNumbers, ...read, starts: from !== undefined, differences };
  return sha256(JSON.stringify(kept));
}

/**
 * Numbers trainings of equal settings on one data set that differ in what they read or started from: texts made anew
 * are others, though their vectors have the name of before. On every data set the first seen is number 0, so that a
 * system is one row across data sets.
 */
class Variants {
  private readonly met = new Map<string, RunConfig[]>();

  of(run: EvaluatedRun): number {
    const { config, label, record } = run;
    if (config === undefined || label !== undefined) return 0;
    const place = `${settingsKey(run)} ${record.dataset.hash}`;
    const known = this.met.get(place) ?? [];
    const found = known.findIndex((other) => hasSameSources(config, other));
    if (found < 0) this.met.set(place, [...known, config]);
    return found < 0 ? known.length : found;
  }
}

/** Vectors of equal texts are told apart where both runs know their hash: earlier versions did not keep it. */
function hasSameSources(a: RunConfig, b: RunConfig): boolean {
  const texts = ({ embeddings, from, reviews }: RunConfig) =>
    JSON.stringify([embeddings?.itemTextHash, embeddings?.userTextHash, from?.hash, reviews?.hash]);
  const [own, other] = [a.embeddings?.vectorsDigest, b.embeddings?.vectorsDigest];
  return texts(a) === texts(b) && (own === undefined || other === undefined || own === other);
}

function besides(runs: readonly EvaluatedRun[], taken: ReadonlySet<string>): Row[] {
  const found = new Map<string, Source[]>();
  for (const run of runs.filter(({ differences }) => differences.length === 0)) {
    for (const { name, kind } of systemsBeside(run)) {
      const known = found.get(name) ?? [];
      // A fusion is another for every seed; what needs no training is the same in every run on one data set.
      const source = kind === "fused" ? fusionOf(run, name) : { run, name };
      const isKnown = known.some((other) => dataOf(other) === dataOf(source) && other.seed === source.seed);
      if (!isKnown) found.set(name, [...known, source]);
    }
  }
  return [...found].filter(([name]) => !taken.has(name)).map(([name, sources]) => rowOf(sources, name));
}

/** Without the evaluated model, a fusion is that of the graph model's run, and stands in whatever is fused with it. */
function fusionOf(run: EvaluatedRun, name: string): Source {
  const { system, fusedWith } = run.record;
  const source = { ...sourceOf(run), name };
  return fusedWith === undefined || name.endsWith(` + ${system}`) ? source : { ...source, seed: fusedWith.seed };
}

function dataOf({ run }: Source): string {
  return run.record.dataset.hash;
}

function systemsBeside({ record }: EvaluatedRun): SystemEvaluation[] {
  const all = record.tasks.flatMap(({ systems }) => systems.slice(1).filter(isShown));
  return [...new Map(all.map((system) => [system.name, system])).values()];
}

const isShown = ({ kind }: SystemEvaluation) => kind !== "canary";

function rowOf(sources: readonly Source[], name: string): Row {
  // None where the run was asked for sentences alone.
  const system = sources[0]!.run.record.tasks.flatMap(({ systems }) => systems).find((each) => each.name === name);
  const definition = RECOMMENDERS.find((each) => each.name === name);
  const seeds = [...new Set(sources.flatMap(({ seed }) => (seed === undefined ? [] : [seed])))].sort((a, b) => a - b);
  const kind: SystemKind = system?.kind ?? "model";
  const settings = sources.map(({ run }) => run.config?.options ?? {});
  return {
    label: name === sources[0]!.run.record.system ? (sources[0]!.run.label ?? name) : name,
    kind,
    usesHistory:
      kind === "fused" || (definition !== undefined && settings.some((options) => readsHistory(definition, options))),
    ...(definition !== undefined && settings.some((options) => answersOurWay(definition, options))
      ? { isOurs: true }
      : {}),
    seeds,
    differences: sources[0]!.run.differences,
    sources,
    fusion: system?.fusion,
  };
}
