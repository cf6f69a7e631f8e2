// What a study will cost, before it begins: seconds per epoch from a short probe, and what finished trainings took.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { CancelledError } from "../../base/errors.ts";
import { exists, sha256, writeJsonAtomic } from "../../base/files.ts";
import { type ProgressEvent, type Report, silent } from "../../base/progress.ts";
import { readRecord } from "../../base/records.ts";
import { trainable } from "../../recommenders/registry.ts";
import { isValidationNotice } from "../../training/loop.ts";
import { failureOf } from "../apart/index.ts";
import { train } from "../train/index.ts";
import type { Race } from "./race.ts";
import { type CellOptions, type CellRecord, readCell } from "./run-cell.ts";
import { trainingKey } from "./same-trainings.ts";
import type { Cell, PlannedSystem } from "./study-plan.ts";

const costSchema = z.object({
  secondsPerEpoch: z.number(),
  preparationSeconds: z.number(),
  /** False where the probe ended before a validation, whose time is then missing. */
  withValidation: z.boolean(),
});

export type Cost = Readonly<z.infer<typeof costSchema>>;

/** Without a cost where the probe ended before its first step. */
const costFileSchema = z.object({ cost: costSchema.optional() });

/** One row of the estimate. */
export interface SystemEstimate {
  readonly dataset: string;
  readonly label: string;
  /** Still to be done. */
  readonly trainings: number;
  /** Of these, what names each wherever it is asked for; none where each is measured, and of what a choice decides. */
  readonly keys: readonly string[];
  /** Absent where the probe ran out of time before the first step. */
  readonly cost?: Cost | undefined;
  readonly epochs: number;
  /** It trains parts after its epochs, and nothing tells yet how long they take. */
  readonly hasUnseenParts?: true | undefined;
  /**
   * Of one training: all its epochs, or its time limit, with its parts as far as they were seen; no less than finished
   * ones took. Absent where nothing is known.
   */
  readonly mostSeconds?: number | undefined;
  /** Mean over finished trainings of this system, where there are any. */
  readonly usualSeconds?: number | undefined;
}

export interface Estimate {
  readonly systems: readonly SystemEstimate[];
  /** If every training took its `mostSeconds`. Evaluations are not counted. */
  readonly mostHours: number;
  /** The same with the usual time of systems that have finished trainings. */
  readonly usualHours: number;
  /** Systems whose cost is unknown and not in the sums. */
  readonly unknown: readonly string[];
  /** What is left out of the study, and why. */
  readonly notes: readonly string[];
}

/** A probe ends with its first validation, or this long after its first step, though not before its second. */
const PROBE_MS = 20_000;
/** Two steps are waited for this long: preparation is kept for the trainings, and a step of T5-small takes a minute. */
const PATIENCE_MS = 360_000;

/**
 * Cost of a training like `cell`, of whatever seed, measured once and kept in the study's folder. Undefined where it
 * took too long to begin, or was never measured and `mayProbe` is false.
 */
export async function costOf(cell: Cell, race: Race, mayProbe: boolean): Promise<Cost | undefined> {
  const { options } = race;
  const path = join(options.out, "costs", cell.dataset, cell.system.label, `${costKey(cell, race)}.json`);
  if (await exists(path)) {
    const words = { expected: "the cost of a training", todo: "Delete the file: it is measured again." };
    return (await readRecord(path, costFileSchema, words)).cost;
  }
  if (!mayProbe) return undefined;
  const cost = await probe(cell, options);
  await writeJsonAtomic(path, { cost });
  return cost;
}

/** Equal for trainings that take equally long on one machine. */
function costKey(cell: Cell, race: Race): string {
  const { device = "cpu", threads } = race.options;
  return sha256(JSON.stringify([trainingKey(race, { ...cell, seed: 0 }), device, threads])).slice(0, 16);
}

async function probe(cell: Cell, options: CellOptions): Promise<Cost | undefined> {
  const { out, dataset, device, threads, shared, report = silent, signal } = options;
  const { model, preset, protocol, resolved, trials, label } = cell.system;
  report({ kind: "stage", stage: "probe", detail: `${label} on ${cell.dataset}` });
  const directory = join(out, "probe");
  await rm(directory, { recursive: true, force: true });
  const stopwatch = new Stopwatch(Number(resolved[cell.trial]!.epochs), signal);
  try {
    await train({
      dataset,
      out: directory,
      model,
      preset,
      protocol,
      overrides: trials[cell.trial]!,
      seed: cell.seed,
      report: stopwatch.report,
      signal: stopwatch.signal,
      embeddings: cell.system.embeddings,
      device,
      threads,
      shared: shared?.forMeasuring(),
    });
  } catch (error) {
    // Cancelled by the stopwatch; or it failed by itself, which the study will record when it gets there.
    if (signal?.aborted || !(error instanceof CancelledError)) failureOf(error);
  } finally {
    stopwatch.stop();
    await rm(directory, { recursive: true, force: true });
  }
  return stopwatch.cost();
}

/** Listens to a training, and ends it when it has heard enough. */
class Stopwatch {
  private readonly controller = new AbortController();
  private readonly started = performance.now();
  private readonly epochs: number;
  private readonly timer: NodeJS.Timeout;
  private readonly outer: AbortSignal | undefined;
  /** When which step ended; the first step's compilation is in `first`, not in the rate. */
  private first: { at: number; done: number } | undefined;
  private latest: { at: number; done: number; total: number } | undefined;
  private validated: number | undefined;

  constructor(epochs: number, outer: AbortSignal | undefined) {
    this.epochs = epochs;
    this.outer = outer;
    outer?.addEventListener("abort", this.end);
    this.timer = setTimeout(this.end, PATIENCE_MS);
  }

  readonly report: Report = (event: ProgressEvent) => {
    const now = performance.now();
    // An epoch of one step has no rate yet: the next one has.
    if (isValidationNotice(event) && this.latest !== undefined && this.latest.done > this.first!.done) {
      this.validated ??= now;
      this.end();
    }
    if (event.kind !== "step" || event.stage !== "train") return;
    this.first ??= { at: now, done: event.done };
    this.latest = { at: now, done: event.done, total: event.total };
    if (now - this.first.at > PROBE_MS && event.done > this.first.done) this.end();
  };

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  stop(): void {
    clearTimeout(this.timer);
    this.outer?.removeEventListener("abort", this.end);
  }

  cost(): Cost | undefined {
    const { first, latest, validated } = this;
    if (first === undefined || latest === undefined || latest.done === first.done) return undefined;
    const perStep = (latest.at - first.at) / (latest.done - first.done);
    const validation = validated === undefined ? 0 : validated - latest.at;
    return {
      secondsPerEpoch: (perStep * (latest.total / this.epochs) + validation) / 1000,
      preparationSeconds: (first.at - this.started) / 1000,
      withValidation: validated !== undefined,
    };
  }

  private readonly end = (): void => {
    this.controller.abort();
  };
}

/** What is left of a system's trainings on one data set. */
export function estimateSystem(
  dataset: string,
  system: PlannedSystem,
  { left, keys }: { readonly left: number; readonly keys: readonly string[] },
  cost: Cost | undefined,
  finished: readonly CellRecord[],
): SystemEstimate {
  const options = system.resolved[0]!;
  const epochs = Number(options.epochs);
  const usualSeconds = meanOf(finished.flatMap((record) => secondsOf(record) ?? []));
  const besideSeconds = meanOf(finished.flatMap(({ training }) => training?.besideSeconds ?? []));
  const hasParts = (trainable(system.model).folders?.(options) ?? []).length > 0;
  const bound = boundOf(epochs, Number(options.maxMinutes ?? 0) * 60, cost);
  const known = [
    ...(bound === undefined ? [] : [bound + (besideSeconds ?? 0)]),
    ...(usualSeconds === undefined ? [] : [usualSeconds]),
  ];
  return {
    dataset,
    label: system.label,
    trainings: left,
    keys,
    cost,
    epochs,
    hasUnseenParts: hasParts && besideSeconds === undefined ? true : undefined,
    mostSeconds: known.length === 0 ? undefined : Math.max(...known),
    usualSeconds,
  };
}

/** Of preparation and epochs; undefined where neither their time nor a limit is known. */
function boundOf(epochs: number, limit: number, cost: Cost | undefined): number | undefined {
  const bounds = cost === undefined ? [] : [epochs * cost.secondsPerEpoch];
  // A time limit ends the epoch in which it is used up.
  if (limit > 0) bounds.push(limit + (cost?.secondsPerEpoch ?? 0));
  return bounds.length === 0 ? undefined : Math.min(...bounds) + (cost?.preparationSeconds ?? 0);
}

function meanOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of a finished training, from its first moment to its last, as far as is known. */
export function secondsOf({ training, wallSeconds }: CellRecord): number | undefined {
  if (training === undefined) return undefined;
  const { seconds, preparationSeconds, besideSeconds = 0 } = training;
  return wallSeconds ?? seconds + preparationSeconds + besideSeconds;
}

export function totalEstimate(systems: readonly SystemEstimate[]): Omit<Estimate, "notes"> {
  const hours = (secondsOf: (each: SystemEstimate) => number) =>
    systems.reduce((sum, each) => sum + each.trainings * secondsOf(each), 0) / 3600;
  return {
    systems,
    mostHours: hours(({ mostSeconds = 0 }) => mostSeconds),
    usualHours: hours(({ usualSeconds, mostSeconds = 0 }) => usualSeconds ?? mostSeconds),
    unknown: systems.flatMap(({ dataset, label, mostSeconds, trainings }) =>
      mostSeconds === undefined && trainings > 0 ? [`${label} on ${dataset}`] : [],
    ),
  };
}

/** Those of `cells` that are finished. */
export async function finishedCells(out: string, cells: readonly Cell[]): Promise<CellRecord[]> {
  const records = await Promise.all(cells.map((cell) => readCell(out, cell)));
  return records.filter((record) => record !== undefined);
}
