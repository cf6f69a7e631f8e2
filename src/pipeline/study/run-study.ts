// A study from its settings to its tables: data, trials on validation items, the chosen settings with every seed, one look
// at the test items, one comparison. Everything finished is kept in the study's folder, so that the same command goes on
// after any interruption.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { exists, readJson, writeJsonAtomic } from "../../base/files.ts";
import { type Report, silent } from "../../base/progress.ts";
import type { Dataset } from "../../data/index.ts";
import type { Comparison } from "../compare/comparison.ts";
import { compareRuns } from "../compare.ts";
import { costOf, type Estimate, estimateSystem, finishedCells, totalEstimate } from "./costs.ts";
import { prepareDataset } from "./datasets.ts";
import { evaluateCell, evaluateYardsticks } from "./evaluate-cell.ts";
import { type CellOptions, type CellRecord, cellDirectory, readCell, runCell } from "./run-cell.ts";
import type { StudyConfig } from "./study-config.ts";
import { type Cell, cellOf, type PlannedSystem, planSystems } from "./study-plan.ts";
import { type Choice, type StudyRecord, writeResults } from "./study-results.ts";

export interface StudyOptions extends StudyConfig {
  /** Folder of the study. */
  readonly out: string;
  /** Stop before the next training or evaluation once this many minutes have passed. Default: no limit. */
  readonly maxMinutes?: number;
  /** What was typed, for the record. */
  readonly command: string;
  /** Label of the system that gains and tests are about. Default: the first. */
  readonly reference?: string;
  readonly threads?: number;
  readonly report?: Report;
  readonly signal?: AbortSignal;
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
  readonly comparison?: Comparison;
  /** Files of tables and records. */
  readonly files: readonly string[];
}

/** Data set and system, with all that is tried. */
interface Race {
  readonly dataset: Dataset;
  readonly name: string;
  readonly system: PlannedSystem;
  readonly options: CellOptions;
}

/**
 * @throws UsageError for settings that do not fit, before anything is trained; CancelledError when stopped (what is finished
 * stays, and the training under way goes on next time); InputError for missing data.
 */
export async function runStudy(options: StudyOptions): Promise<StudyResult> {
  const deadline = options.maxMinutes === undefined ? Infinity : performance.now() + options.maxMinutes * 60_000;
  const { races, seeds } = await prepareStudy(options);
  const progress = new Progress(races, options);
  const state: StudyState = { choices: [], failed: [], evaluated: new Map(), deadline, progress };
  let complete = true;
  for (const race of races) {
    complete = complete && (await runRace(race, seeds, state));
    if (!complete) break;
  }
  complete = complete && (await evaluateRaces(races, state, options));
  const labels = labelsOf(options.reference ?? races[0]!.system.label, state.evaluated);
  const comparison = labels.size > 1 ? await compareRuns([...labels.keys()], { labels }) : undefined;
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
    cells: await finishedCells(
      options.out,
      races.flatMap((race) => possibleCells(race, seeds)),
    ),
  };
  const files = await writeResults(join(options.out, "results"), record, comparison);
  return {
    directory: options.out,
    complete,
    done: progress.done,
    total: progress.total,
    choices: state.choices,
    failed: state.failed,
    ...(comparison === undefined ? {} : { comparison }),
    files,
  };
}

/** What is left to do and how long it may take; trains nothing but short probes, and without `mayProbe` nothing. */
export async function estimateStudy(options: StudyOptions, mayProbe = true): Promise<Estimate> {
  const { races, seeds } = await prepareStudy(options);
  const systems = [];
  for (const race of races) {
    const { system, name, options: cellOptions } = race;
    const finished = await finishedCells(cellOptions.out, possibleCells(race, seeds));
    const total = trainingsOf(race, seeds);
    const left = Math.max(0, total - finished.length);
    const cost = left === 0 ? undefined : await costOf(cellOf(name, system, 0, seeds[0]!), cellOptions, mayProbe);
    systems.push(estimateSystem(name, system, left, cost, finished));
  }
  return totalEstimate(systems);
}

/** Whose evaluation holds everything that needs no training. */
const POPULARITY = "popularity";

interface StudyState {
  readonly choices: Choice[];
  readonly failed: CellRecord[];
  /** Directories with results, by label. */
  readonly evaluated: Map<string, string[]>;
  readonly deadline: number;
  readonly progress: Progress;
}

async function prepareStudy(options: StudyOptions): Promise<{ races: Race[]; seeds: readonly number[] }> {
  const { out, report = silent, signal, embeddings, threads } = options;
  const systems = planSystems(options);
  if (options.datasets.length === 0) throw new UsageError("study: no datasets, expected at least one.");
  if (options.reference !== undefined && !systems.some(({ label }) => label === options.reference))
    throw new UsageError(`study: reference ${options.reference} is no system of this study.`);
  await refuseForeign(out);
  await writeJsonAtomic(join(out, "study-config.json"), { format: 1, kind: "study config", ...configOf(options) });
  const needsVectors = systems.some(({ needsEmbeddings, fuse }) => needsEmbeddings || fuse !== undefined);
  const shared = { report, ...(signal === undefined ? {} : { signal }), ...(threads === undefined ? {} : { threads }) };
  const races: Race[] = [];
  const names = new Set<string>();
  for (const given of options.datasets) {
    const dataset = await prepareDataset(given, { out, embeddings: needsVectors ? embeddings : undefined, ...shared });
    const name = (typeof given === "string" ? dataset.manifest.name : given.name).replace(/[^\w.-]+/g, "-");
    if (names.has(name)) throw new UsageError(`study: dataset ${name} is named twice.`);
    names.add(name);
    const cellOptions = { out, dataset: dataset.directory, embeddings, ...shared };
    races.push(...systems.map((system) => ({ dataset, name, system, options: cellOptions })));
  }
  return { races, seeds: options.seeds };
}

/** A study's folder is its own. */
async function refuseForeign(out: string): Promise<void> {
  const path = join(out, "study-config.json");
  if (!(await exists(out)) || (await readdir(out)).length === 0) return;
  if (!(await exists(path))) throw new UsageError(`${out} holds something else than a study; name another --out.`);
  const { kind } = (await readJson(path)) as { kind?: unknown };
  if (kind !== "study config") throw new UsageError(`${path} is no study's; name another --out.`);
}

function configOf(options: StudyOptions): StudyConfig {
  const { systems, datasets, seeds, trials, preset, minutes, embeddings, users } = options;
  return { systems, datasets, seeds, trials, preset, minutes, embeddings, ...(users === undefined ? {} : { users }) };
}

function trialsOf({ name, system }: Race, seeds: readonly number[]): Cell[] {
  return system.trials.map((_, trial) => cellOf(name, system, trial, seeds[0]!));
}

function possibleCells(race: Race, seeds: readonly number[]): Cell[] {
  return race.system.trials.flatMap((_, trial) => seeds.map((seed) => cellOf(race.name, race.system, trial, seed)));
}

/** The best trial is one of the final trainings already. */
function trainingsOf({ system }: Race, seeds: readonly number[]): number {
  return system.trials.length + seeds.length - 1;
}

/** Trials, choice, and the chosen setting with the other seeds. False when time was up. */
async function runRace(race: Race, seeds: readonly number[], state: StudyState): Promise<boolean> {
  const { system, name, options } = race;
  const trials: CellRecord[] = [];
  for (const cell of trialsOf(race, seeds)) {
    const record = await next(cell, options, state);
    if (record === undefined) return false;
    trials.push(record);
  }
  const choice = choose(name, system, trials);
  state.choices.push(choice);
  if (choice.chosen === undefined) {
    state.progress.skip(seeds.length - 1);
    return true;
  }
  for (const seed of seeds.slice(1)) {
    if ((await next(cellOf(name, system, choice.chosen, seed), options, state)) === undefined) return false;
  }
  return true;
}

async function next(cell: Cell, options: CellOptions, state: StudyState): Promise<CellRecord | undefined> {
  const known = await readCell(options.out, cell);
  if (known === undefined && performance.now() >= state.deadline) return undefined;
  state.progress.begin(cell, known !== undefined);
  const record = known ?? (await runCell(cell, options));
  if (record.failed !== undefined) state.failed.push(record);
  state.progress.finish();
  return record;
}

/** The trial with the best validation score; the earlier of equal ones. */
function choose(dataset: string, system: PlannedSystem, trials: readonly CellRecord[]): Choice {
  const scores = trials.map(({ training }) => training?.bestScore ?? null);
  let chosen: number | undefined;
  scores.forEach((score, i) => {
    if (score !== null && (chosen === undefined || score > scores[chosen]!)) chosen = i;
  });
  return {
    dataset,
    label: system.label,
    trials: system.trials.map((settings, i) => ({ settings, validationScore: scores[i]! })),
    ...(chosen === undefined ? {} : { chosen }),
  };
}

/** Test items are looked at only now. False when time was up. */
async function evaluateRaces(races: readonly Race[], state: StudyState, options: StudyOptions): Promise<boolean> {
  const { out, seeds, embeddings, users, report = silent } = options;
  const add = (label: string, directory: string) =>
    state.evaluated.set(label, [...(state.evaluated.get(label) ?? []), directory]);
  const yardsticks = new Map(races.map((race) => [race.name, race]));
  const chosenOf = (dataset: string, label: string) =>
    state.choices.find((choice) => choice.dataset === dataset && choice.label === label)?.chosen;
  for (const race of races) {
    const trial = chosenOf(race.name, race.system.label);
    if (trial === undefined) continue;
    for (const seed of seeds) {
      if (performance.now() >= state.deadline) return false;
      const cell = cellOf(race.name, race.system, trial, seed);
      if ((await readCell(out, cell))?.training === undefined) continue;
      report({ kind: "stage", stage: "study", detail: `test questions for ${cell.id}` });
      const graph = races.find(({ name, system }) => name === race.name && system.label === race.system.fuse);
      const other = graph && chosenOf(graph.name, graph.system.label);
      const fused = graph && other !== undefined ? cellOf(graph.name, graph.system, other, seed) : undefined;
      const canFuse = fused !== undefined && (await readCell(out, fused))?.training !== undefined;
      await evaluateCell(cellDirectory(out, cell), {
        ...race.options,
        ...(canFuse ? { fuse: cellDirectory(out, fused) } : {}),
        ...(users === undefined ? {} : { users }),
      });
      add(race.system.label, cellDirectory(out, cell));
    }
  }
  for (const { name, dataset, options: cellOptions } of yardsticks.values()) {
    if (performance.now() >= state.deadline) return false;
    const given = { ...cellOptions, embeddings, ...(users === undefined ? {} : { users }) };
    add(POPULARITY, await evaluateYardsticks(out, name, dataset, given));
  }
  return true;
}

/** Label by directory, the reference first. */
function labelsOf(reference: string, evaluated: ReadonlyMap<string, readonly string[]>): Map<string, string> {
  const own = [...evaluated].sort(([a], [b]) => Number(b === reference) - Number(a === reference));
  return new Map(own.flatMap(([label, directories]) => directories.map((directory) => [directory, label] as const)));
}

/** Which training of how many. */
class Progress {
  readonly total: number;
  done = 0;
  private readonly report: Report;

  constructor(races: readonly Race[], { seeds, report = silent }: StudyOptions) {
    this.total = races.reduce((sum, race) => sum + trainingsOf(race, seeds), 0);
    this.report = report;
  }

  begin(cell: Cell, isKnown: boolean): void {
    const state = isKnown ? "finished before" : "begins";
    this.report({
      kind: "stage",
      stage: "study",
      detail: `training ${this.done + 1} of ${this.total} ${state}: ${cell.id}`,
    });
  }

  finish(): void {
    this.done++;
  }

  skip(count: number): void {
    this.done += count;
  }
}
