// A study's trainings, all checked before the first begins: a wrong option should not wait for its turn.
import { join } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { sha256 } from "../../base/files.ts";
import type { Protocol } from "../../data/index.ts";
import type { Device } from "../../engine/index.ts";
import type { TrainableDefinition } from "../../recommenders/definition.ts";
import { ownNames, resolveOptions } from "../../recommenders/options/index.ts";
import { trainable } from "../../recommenders/registry.ts";
import { popularityDefinition } from "../../recommenders/yardsticks/index.ts";
import { studySettings } from "./settings.ts";
import type { StudyConfig, SystemConfig } from "./study-config.ts";

type Settings = Readonly<Record<string, unknown>>;

/** One system with everything that will be tried. */
export interface PlannedSystem {
  readonly label: string;
  readonly model: string;
  readonly preset: string;
  readonly protocol: Protocol;
  readonly fuse?: string | undefined;
  /** Name of the vectors that its trainings read; absent where they read none. */
  readonly embeddings?: string | undefined;
  /** Trials take the first. */
  readonly seeds: readonly number[];
  /** Option values over the preset's, one record per trial. */
  readonly trials: readonly Settings[];
  /** Everything resolved, one record per trial. */
  readonly resolved: readonly Settings[];
}

/** What stands beside every study. */
const TAKEN: readonly string[] = [popularityDefinition.name, "yardsticks"];
/** Factors on the preset's learning rate where a system gives no grid. */
const RATE_FACTORS = [1, 3, 1 / 3] as const;
/** What is read where no embeddings are named. */
export const USUAL_EMBEDDINGS = studySettings.shape.embeddings.parse(undefined);
/** Options whose change makes validation scores of one system unlike. */
const MEASURES = [
  "selection",
  "validationUsers",
  "sequenceValidationUsers",
  "weightUsers",
  "weightReportUsers",
  "maxMinutes",
] as const;

/**
 * @throws UsageError for unknown models, options that do not fit, labels that are taken twice, seeds or data sets named
 * twice, fusions with unknown systems or without their seeds, and tuning budgets that differ.
 */
export function planSystems(config: StudyConfig): PlannedSystem[] {
  refuseRepeats("seed", config.seeds.map(String));
  if (config.seeds.length === 0) throw new UsageError("study: no seeds, expected at least one.");
  const systems = config.systems.map((system) => planSystem(system, config));
  if (systems.length === 0) throw new UsageError("study: no systems, expected at least one.");
  refuseRepeats(
    "system",
    systems.map(({ label }) => label),
  );
  for (const { label } of systems)
    if (TAKEN.includes(label)) throw new UsageError(`study: a system cannot be called ${label}; that name is taken.`);
  for (const system of systems) refuseLooseFusion(system, systems);
  return systems;
}

function refuseLooseFusion({ label, fuse, seeds }: PlannedSystem, systems: readonly PlannedSystem[]): void {
  if (fuse === undefined) return;
  const graph = systems.find((other) => other.label === fuse);
  if (graph === undefined) throw new UsageError(`study: ${label} fuses ${fuse}, which is no system of this study.`);
  const lacking = seeds.find((seed) => !graph.seeds.includes(seed));
  if (lacking !== undefined)
    throw new UsageError(
      `study: ${label} fuses ${fuse}, which is not trained with seed ${lacking}; give both the same seeds.`,
    );
}

/** In the study's order. */
function seedsOf(label: string, own: readonly number[] | undefined, all: readonly number[]): readonly number[] {
  if (own === undefined) return all;
  refuseRepeats(`seed of ${label}`, own.map(String));
  const foreign = own.find((seed) => !all.includes(seed));
  if (foreign !== undefined)
    throw new UsageError(`study: seed ${foreign} of ${label} is none of the study's: ${all.join(", ")}.`);
  if (!own.includes(all[0]!))
    throw new UsageError(`study: ${label} lacks seed ${all[0]}, with which settings are tried.`);
  return all.filter((seed) => own.includes(seed));
}

function planSystem(system: SystemConfig, config: StudyConfig): PlannedSystem {
  const { model, label = model, preset = config.preset, set, fuse, embeddings } = system;
  const { protocol } = config;
  const definition = trainable(model);
  const limit = config.minutes > 0 ? { maxMinutes: config.minutes } : {};
  const own = (given: Settings): Settings => ownNames(definition.options, given).values;
  const trials = gridOf(system, definition, config).map((values) => ({ ...limit, ...own(set), ...own(values) }));
  const resolved = trials.map((given) => resolveOptions(definition.options, preset, { given, protocol }));
  refuseUnlikeScores(label, definition, resolved);
  return {
    label,
    model,
    preset,
    protocol,
    fuse,
    embeddings: definition.needsEmbeddings ? (embeddings ?? config.embeddings) : undefined,
    seeds: seedsOf(label, system.seeds, config.seeds),
    trials,
    resolved,
  };
}

/** The best trial is that of the highest score, so that all scores must measure the same. */
function refuseUnlikeScores(label: string, { scoredBy }: TrainableDefinition, resolved: readonly Settings[]): void {
  const varies = (read: (options: Settings) => unknown): boolean => new Set(resolved.map(read)).size > 1;
  const measure = MEASURES.find((key) => varies((options) => options[key]));
  const what = measure ?? (scoredBy !== undefined && varies(scoredBy) ? "whose answers are scored" : undefined);
  if (what === undefined) return;
  throw new UsageError(`study: the grid of ${label} varies ${what}: its validation scores could not be compared.`);
}

function gridOf(
  { model, label = model, preset, set, grid, ...system }: SystemConfig,
  definition: TrainableDefinition,
  config: StudyConfig,
): Settings[] {
  const { trials = config.trials } = system;
  if (trials > config.trials)
    throw new UsageError(`study: ${label} asks for ${trials} trials, more than the study's ${config.trials}.`);
  if (grid !== undefined) {
    if (grid.length === trials) return grid;
    throw new UsageError(
      `study: the grid of ${label} has ${grid.length} settings, expected ${trials}: every system gets the same number of trials unless its own \`trials\` says fewer.`,
    );
  }
  if (trials > RATE_FACTORS.length)
    throw new UsageError(`study: ${trials} trials, but ${label} has no grid; without one there are at most 3.`);
  const asked = { given: set, protocol: config.protocol };
  const { learningRate } = resolveOptions(definition.options, preset ?? config.preset, asked);
  if (typeof learningRate !== "number" && trials > 1)
    throw new UsageError(`study: ${label} has no learningRate to try; give it a grid.`);
  return RATE_FACTORS.slice(0, trials).map((factor) =>
    factor === 1 ? {} : { learningRate: Number(((learningRate as number) * factor).toPrecision(4)) },
  );
}

function refuseRepeats(what: string, names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UsageError(`study: ${what} ${twice} is named twice.`);
}

/** One training. */
export interface Cell {
  /** `beauty/sasrec/2-1f0c9a/seed-1`: also its place below `cells/`. */
  readonly id: string;
  readonly dataset: string;
  readonly system: PlannedSystem;
  /** Position in `system.trials`. */
  readonly trial: number;
  readonly seed: number;
}

/**
 * The same settings have the same place, whatever else is in the study. What is usual is not in its name, which was so
 * before it could be otherwise.
 */
export function cellOf(dataset: string, system: PlannedSystem, trial: number, seed: number): Cell {
  const { label, model, preset, protocol, resolved, embeddings } = system;
  const unusual = {
    protocol: protocol === "strict" ? undefined : protocol,
    embeddings: embeddings === USUAL_EMBEDDINGS ? undefined : embeddings,
  };
  const given = { model, preset, options: resolved[trial], ...unusual };
  const hash = sha256(JSON.stringify(given)).slice(0, 8);
  return { id: join(dataset, label, hash, `seed-${seed}`), dataset, system, trial, seed };
}

/** What a cell is trained from, and where. */
export interface CellSources {
  readonly dataset: string;
  readonly device?: Device | undefined;
}

/** The command that trains a cell by hand. */
export function commandOf(
  { system, trial, seed }: Cell,
  out: string,
  { dataset, device = "cpu" }: CellSources,
): string {
  const { model, preset, protocol, trials, embeddings = USUAL_EMBEDDINGS } = system;
  const sets = Object.entries(trials[trial]!).map(([key, value]) => `--set ${key}=${value}`);
  return [
    `isrf train ${dataset}`,
    `--model ${model}`,
    `--preset ${preset}`,
    ...(protocol === "strict" ? [] : [`--protocol ${protocol}`]),
    ...(embeddings === USUAL_EMBEDDINGS ? [] : [`--embeddings ${embeddings}`]),
    ...(device === "cpu" ? [] : [`--device ${device}`]),
    ...sets,
    `--seed ${seed}`,
    `--out ${out}`,
  ].join(" ");
}
