// A study from its settings to its tables: data, trials on validation items, the chosen settings with every seed, one
// look at the test items, one comparison. Everything finished is kept in the study's folder, so that the same command
// goes on after any interruption.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { UsageError } from "../../base/errors.ts";
import { exists, readJson, sha256, writeJsonAtomic } from "../../base/files.ts";
import { withLock } from "../../base/lock.ts";
import { type Report, silent } from "../../base/progress.ts";
import { stoppable } from "../../base/stopping.ts";
import type { Dataset } from "../../data/index.ts";
import { trainable } from "../../recommenders/registry.ts";
import { SharedWork, type SharedWorkTally } from "../../training/shared-work.ts";
import { compare } from "../compare/compare.ts";
import type { Comparison } from "../compare/comparison.ts";
import type { TestedOver } from "../compare/settings.ts";
import { reasonedTextsHash } from "../train/index.ts";
import { refuseUnshareable, trainAhead } from "./by-workers/train-ahead.ts";
import { costsOf, type StudyCosts } from "./cost-figures.ts";
import { writeCosts } from "./cost-table.ts";
import { costOf, type Estimate, estimateSystem, finishedCells, totalEstimate } from "./costs.ts";
import { prepareDataset, type StudyVectors } from "./datasets.ts";
import type { StudyFigure } from "./designs/design.ts";
import { evaluateRaces } from "./evaluate-races.ts";
import { refuseOthersCells } from "./found-cells.ts";
import { adoptOlderCells } from "./older-cells.ts";
import { publicRows } from "./public-table.ts";
import { possibleCells, type Race, trialsOf } from "./race.ts";
import { Progress, type StudyState, trainingsOf } from "./races.ts";
import { type CellRecord, readCell } from "./run-cell.ts";
import { FinishedTrainings, trainingKey } from "./same-trainings.ts";
import type { studySettings } from "./settings.ts";
import { type StoredVectors, storedVectors } from "./stored-vectors.ts";
import type { StudyConfig } from "./study-config.ts";
import { cellOf, type PlannedSystem, planSystems } from "./study-plan.ts";
import { type Choice, type StudyRecord, writeResults } from "./study-results.ts";
import { trainRaces } from "./train-races.ts";
import { whyUntrainable } from "./untrainable.ts";
import { type VectorFigures, vectorFigures } from "./vector-figures.ts";

const STUDY_CONFIG = "study-config.json";

export interface StudyOptions
  extends StudyConfig,
    Pick<
      z.output<typeof studySettings>,
      | "out"
      | "reference"
      | "device"
      | "threads"
      | "shareGib"
      | "shareIn"
      | "maxMinutes"
      | "workers"
      | "queue"
      | "objects"
    > {
  /** Folders of studies, whose finished trainings are taken where they are the same. */
  readonly reuse?: readonly string[] | undefined;
  /** What stars of gains are tested over; default: users. */
  readonly test?: TestedOver | undefined;
  /** Whether what trainings and answers took is told. */
  readonly costs?: boolean | undefined;
  /** Whether the paper's own figures are written beside. */
  readonly printed?: boolean | undefined;
  /** What the results are drawn as, beside their tables. */
  readonly figure?: StudyFigure | undefined;
  /** Vectors that systems name, and how they are made where missing. */
  readonly vectors?: readonly StudyVectors[] | undefined;
  /** Whether texts that rules wrote are refused. */
  readonly needsChain?: boolean | undefined;
  /** Whether rows that some data cannot train are left out, and it is said; default: refused. */
  readonly leavesOut?: boolean | undefined;
  /** What readers of the tables should know beside what they say. */
  readonly notes?: readonly string[] | undefined;
  /** What was typed, for the record. */
  readonly command: string;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Where shared work lies, how much of it there is, and what it saved. */
export interface SharedWorkReport extends Readonly<SharedWorkTally> {
  readonly directory: string;
  readonly entries: number;
  readonly bytes: number;
}

export interface StudyResult {
  readonly directory: string;
  /** False when `maxMinutes` ended it early: the same command goes on. */
  readonly complete: boolean;
  /** Trainings finished, of all. */
  readonly done: number;
  readonly total: number;
  readonly choices: readonly Choice[];
  readonly failed: readonly CellRecord[];
  /** Absent while fewer than two systems have results. */
  readonly comparison?: Comparison | undefined;
  /** Of those that systems differ by, where they do. */
  readonly vectors?: readonly VectorFigures[] | undefined;
  /** What trainings and answers took, where that is asked. */
  readonly costs?: StudyCosts | undefined;
  /** What trainings of this call took from others; absent where nothing is shared. */
  readonly shared?: SharedWorkReport | undefined;
  /** Files of tables and records. */
  readonly files: readonly string[];
}

/**
 * @throws UsageError for settings that do not fit, before anything is trained; CancelledError when stopped (what is
 *   finished stays, and the training under way goes on next time); InputError for missing data, or trainings of others.
 */
export async function runStudy(options: StudyOptions): Promise<StudyResult> {
  const words = `${options.out}: the study was stopped; finished trainings and the last checkpoint of the one under way are kept. Run the same command to go on.`;
  return stoppable(options.signal, words, () => runToTheEnd(options));
}

async function runToTheEnd(options: StudyOptions): Promise<StudyResult> {
  const deadline = options.maxMinutes === undefined ? Infinity : performance.now() + options.maxMinutes * 60_000;
  const { races, notes } = await prepareStudy(options);
  const progress = new Progress(races, options.report);
  const trainings = await trainingsFor(options);
  const state: StudyState = { choices: [], failed: [], evaluated: new Map(), deadline, progress, trainings };
  await trainAhead(races, { ...options, trainings });
  const complete = await trainRaces(races, options.seeds, state);
  await evaluateRaces(races, state, options);
  const reference = options.reference ?? races[0]!.system.label;
  const labels = labelsOf(reference, state.evaluated);
  const how = { labels, test: options.test, allowUnequal: options.protocol === "paper" || races.some(writesFreely) };
  const compared = labels.size > 1 ? await compare([...labels.keys()], how) : undefined;
  const comparison = compared && withNotes(compared, [...insteadNotes(labels, reference), ...notes]);
  const record: StudyRecord = {
    format: 1,
    kind: "study",
    command: options.command,
    complete,
    config: configOf(options),
    datasets: [
      ...new Map(
        races.map(({ name, dataset }) => [name, { name, hash: dataset.hash, ...dataset.manifest.counts }]),
      ).values(),
    ],
    choices: state.choices,
    cells: await finishedCells(options.out, races.flatMap(possibleCells)),
    publicRows: options.protocol === "paper" ? await publicRows(state.evaluated) : undefined,
    vectors: await vectorFigures(races, options),
  };
  const results = join(options.out, "results");
  const written = await writeResults(results, record, comparison, options);
  const directoryOf = ({ id }: CellRecord) => join(options.out, "cells", id);
  const sources = { directoryOf, embeddings: options.embeddings };
  const costs = options.costs ? { ...(await costsOf(record.cells, unique(races), sources)), notes } : undefined;
  const files = [...written, ...(costs === undefined ? [] : await writeCosts(results, costs))];
  return {
    directory: options.out,
    complete,
    done: progress.done,
    total: progress.total,
    choices: state.choices,
    failed: state.failed,
    comparison,
    vectors: record.vectors,
    costs,
    shared: await reportOf(races[0]!.options.shared),
    files,
  };
}

/** What is left to do and how long it may take; trains nothing but short probes, and without `mayProbe` nothing. */
export async function estimateStudy(options: StudyOptions, mayProbe = true): Promise<Estimate> {
  const { races, notes } = await prepareStudy(options, true);
  const trainings = await trainingsFor(options);
  const planned = new Set<string>();
  const systems = [];
  for (const race of races) {
    const { system, name, options: cellOptions } = race;
    const finished = await finishedCells(cellOptions.out, possibleCells(race));
    const { same, keys } = trainings === undefined ? { same: 0, keys: [] } : await sameOf(race, trainings, planned);
    const left = Math.max(0, trainingsOf(race) - finished.length - same);
    const cost = left === 0 ? undefined : await costOf(cellOf(name, system, 0, system.seeds[0]!), race, mayProbe);
    systems.push(estimateSystem(name, system, { left, keys }, cost, finished));
  }
  return { ...totalEstimate(systems), notes };
}

/** Whose the same trainings are taken; none where each is measured. */
async function trainingsFor({ out, reuse = [], costs }: StudyOptions): Promise<FinishedTrainings | undefined> {
  return costs ? undefined : FinishedTrainings.in([out, ...reuse]);
}

/** How many trainings of a race others finished or plan, and the names of the rest, which joins the plan. */
async function sameOf(race: Race, trainings: FinishedTrainings, planned: Set<string>) {
  let same = 0;
  const keys: string[] = [];
  for (const cell of race.system.trials.length === 1 ? possibleCells(race) : trialsOf(race)) {
    if ((await readCell(race.options.out, cell)) !== undefined) continue;
    const key = sha256(trainingKey(race, cell)).slice(0, 16);
    if (planned.has(key) || (await trainings.find(cell, race)) !== undefined) same++;
    else keys.push(key);
    planned.add(key);
  }
  return { same, keys };
}

async function prepareStudy(
  options: StudyOptions,
  isEstimate = false,
): Promise<{ readonly races: readonly Race[]; readonly notes: readonly string[] }> {
  const { out, report = silent, signal, embeddings, device, threads } = options;
  const systems = planSystems(options);
  refuseUnshareable(options);
  if (options.datasets.length === 0) throw new UsageError("study: no datasets, expected at least one.");
  if (options.reference !== undefined && !systems.some(({ label }) => label === options.reference))
    throw new UsageError(`study: reference ${options.reference} is no system of this study.`);
  for (const other of options.reuse ?? []) await refuseNoStudy(other);
  await refuseForeign(out);
  await writeJsonAtomic(join(out, STUDY_CONFIG), { format: 1, kind: "study config", ...configOf(options) });
  const needsUsual = systems.some((system) => system.embeddings === embeddings || system.fuse !== undefined);
  const own = options.vectors ?? [];
  const usual = needsUsual && own.every(({ name }) => name !== embeddings) ? [{ name: embeddings }] : [];
  const shared = { report, signal, threads };
  const work = sharedWorkOf(options);
  const races: Race[] = [];
  for (const given of options.datasets) {
    // Several processes may work in one folder: one makes the data, the others wait for it.
    const turn = { command: "isrf study compare", waitMs: Number.POSITIVE_INFINITY, signal };
    const nameOf = ({ manifest }: Dataset) =>
      (typeof given === "string" ? manifest.name : given.name).replace(/[^\w.-]+/g, "-");
    const admit = (dataset: Dataset) => refuseTwice(races, { name: nameOf(dataset), dataset });
    const prepare = { out, vectors: [...usual, ...own], needsChain: options.needsChain, isEstimate, admit, ...shared };
    const dataset = await withLock(join(out, ".data.lock"), turn, () => prepareDataset(given, prepare));
    const name = nameOf(dataset);
    const cellOptions = {
      apart: options.costs,
      out,
      dataset: dataset.directory,
      embeddings,
      device,
      shared: work,
      ...shared,
    };
    const vectors = await vectorsOf(systems, dataset);
    const texts = await learntTextsHash(systems, dataset, report);
    for (const system of systems) {
      const read = { vectors: vectors.get(system.embeddings ?? ""), texts };
      races.push({ dataset, name, system, ...read, options: cellOptions });
    }
  }
  const { trainable, notes } = await withoutUntrainable(races, options);
  await adoptOlderCells(out, trainable);
  await refuseOthersCells(out, trainable);
  return { races: trainable, notes: [...(options.notes ?? []), ...notes] };
}

/** @throws UsageError for a row that its data cannot train, unless such rows are left out; the reference never is. */
async function withoutUntrainable(races: readonly Race[], { leavesOut, reference }: StudyOptions) {
  const trainable: Race[] = [];
  const notes: string[] = [];
  for (const race of races) {
    const { name, system } = race;
    const why = await whyUntrainable(race);
    if (why === undefined) trainable.push(race);
    else if (leavesOut && system.label !== (reference ?? races[0]!.system.label))
      notes.push(`${system.label} is left out on ${name}: ${why}`);
    else throw new UsageError(`study: ${system.label} cannot be trained on ${name}: ${why}.`);
  }
  return { trainable, notes };
}

/** By name; a system whose vectors are not there ends a study before its first training. @throws InputError */
async function vectorsOf(systems: readonly PlannedSystem[], dataset: Dataset) {
  const names = new Set(systems.flatMap(({ embeddings }) => embeddings ?? []));
  const found = new Map<string, StoredVectors>();
  for (const name of names) found.set(name, await storedVectors(dataset, name));
  return found;
}

/** Where the data have reviews, sentences are made of these, and no reasoned text is learnt. */
async function learntTextsHash(systems: readonly PlannedSystem[], dataset: Dataset, report: Report) {
  const isLearnt = dataset.manifest.explanations === undefined && systems.some(learnsSentences);
  return isLearnt ? reasonedTextsHash(dataset, report) : undefined;
}

function learnsSentences({ model, resolved }: PlannedSystem): boolean {
  return resolved.some((options) => trainable(model).learnsSentences?.(options));
}

/** Beside one that ranks valid items, a row that writes what it likes stands marked and untested. */
function writesFreely({ system: { resolved } }: Race): boolean {
  return resolved.some(({ decoding }) => decoding === "free");
}

/** Each data set once. */
function unique(races: readonly Race[]): readonly Race[] {
  return races.filter(({ name }, i) => races.findIndex((race) => race.name === name) === i);
}

/** Undefined where nothing is shared. */
function sharedWorkOf({ out, shareIn, shareGib, report }: StudyOptions): SharedWork | undefined {
  if (shareGib === 0) return undefined;
  return new SharedWork(shareIn ?? join(out, "shared"), { limitBytes: shareGib * 2 ** 30, report });
}

async function reportOf(work: SharedWork | undefined): Promise<SharedWorkReport | undefined> {
  return work && { directory: work.directory, ...work.tally, ...(await work.size()) };
}

/**
 * Columns of one name cannot be told apart; trainings on the same data would be the same row twice, or one row on two
 * texts. @throws UsageError
 */
function refuseTwice(before: readonly Race[], { name, dataset }: Pick<Race, "name" | "dataset">): void {
  if (before.some((race) => race.name === name)) throw new UsageError(`study: dataset ${name} is named twice.`);
  const twin = before.find((race) => race.dataset.hash === dataset.hash);
  if (twin === undefined) return;
  throw new UsageError(
    `study: dataset ${name} holds the same interactions as ${twin.name}, which are one column; give one of them. ` +
      "Texts made in two ways are two embeddings of one data set: systems name theirs (embeddings: NAME).",
  );
}

async function refuseNoStudy(folder: string): Promise<void> {
  if (await exists(join(folder, STUDY_CONFIG))) return;
  throw new UsageError(`--reuse ${folder}: found no ${STUDY_CONFIG}, expected the --out of a study.`);
}

/** A study's folder is its own. */
async function refuseForeign(out: string): Promise<void> {
  const path = join(out, STUDY_CONFIG);
  if (!(await exists(out)) || (await readdir(out)).length === 0) return;
  if (!(await exists(path))) throw new UsageError(`${out} holds something else than a study; name another --out.`);
  const isOurs = z.looseObject({ kind: z.literal("study config") }).safeParse(await readJson(path)).success;
  if (!isOurs) throw new UsageError(`${path} is no study's; name another --out.`);
}

function configOf(options: StudyOptions): StudyConfig {
  const { systems, datasets, seeds, trials, preset, protocol, minutes, embeddings, users } = options;
  const budget = { seeds, trials, preset, protocol, minutes };
  return { systems, datasets, ...budget, embeddings, users };
}

function withNotes(comparison: Comparison, notes: readonly string[]): Comparison {
  return notes.length === 0 ? comparison : { ...comparison, notes };
}

/** What stands in the reference's place while that has no result. */
function insteadNotes(labels: ReadonlyMap<string, string>, wanted: string): string[] {
  const [label] = labels.values();
  if (label === wanted) return [];
  return [
    `${wanted}, which all are to be held against, has no result: tests and gains are about ${label} in its place`,
  ];
}

/** Label by directory, the reference first. */
function labelsOf(reference: string, evaluated: ReadonlyMap<string, readonly string[]>): Map<string, string> {
  const own = [...evaluated].sort(([a], [b]) => Number(b === reference) - Number(a === reference));
  return new Map(own.flatMap(([label, directories]) => directories.map((directory) => [directory, label] as const)));
}
