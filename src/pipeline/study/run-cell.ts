// One training of a study, done once: what is finished is kept, what was begun goes on, what failed is recorded.

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { exists } from "../../base/files.ts";
import { withLock } from "../../base/lock.ts";
import { commit, type Machine, machine } from "../../base/machine.ts";
import { type MemoryUse, MemoryWatch } from "../../base/memory-watch.ts";
import { productVersion } from "../../base/product-version.ts";
import { type Report, silent } from "../../base/progress.ts";
import { asRecord } from "../../base/records.ts";
import { readSealedJson, writeSealedJson } from "../../base/sealed-json.ts";
import { type Device, DeviceError } from "../../engine/index.ts";
import type { TrainResult } from "../../recommenders/definition.ts";
import { isRun, RUN_LOCK, readRunConfig } from "../../runs/run.ts";
import { Checkpoints } from "../../training/checkpoints.ts";
import type { LoopSummary } from "../../training/loop.ts";
import type { SharedWork } from "../../training/shared-work.ts";
import { failureOf } from "../apart/index.ts";
import { train } from "../train/index.ts";
import { type SentTraining, type TrainedApart, trainApart } from "./apart/train-apart.ts";
import { type Cell, commandOf } from "./study-plan.ts";

export interface CellRecord {
  readonly format: 1;
  readonly kind: "study cell";
  readonly id: string;
  readonly dataset: string;
  readonly label: string;
  readonly model: string;
  readonly preset: string;
  /** Option values over the preset's. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly command: string;
  /** As `commit()` says, when its process began; with the changes of its sources, where there were any. */
  readonly commit?: string | undefined;
  readonly machine: Machine;
  /** CPU threads that it was given; absent in records of earlier versions. */
  readonly threads?: number | "one per core" | undefined;
  readonly productVersion: string;
  /** Absent when it failed. */
  readonly training?: CellTraining | undefined;
  /** It was interrupted: the time of its preparation is that of its last process alone. */
  readonly resumed?: true | undefined;
  /** Wall time of a training that was never interrupted, all its parts included; absent for others. */
  readonly wallSeconds?: number | undefined;
  /** Of the process while it trained; absent where there were several, and in records of earlier versions. */
  readonly memory?: MemoryUse | undefined;
  /** Why there is no model. */
  readonly failed?: string | undefined;
  /** Where it was trained, seen from its own folder, if another row or study had the same training. */
  readonly takenFrom?: string | undefined;
}

/** Of its main loop, and what it took beside. */
export interface CellTraining extends LoopSummary, Omit<TrainResult, "summary"> {}

export interface CellOptions {
  readonly out: string;
  /** Dataset directory. */
  readonly dataset: string;
  /** The study's vectors, which fusions read; a training's own are its system's. */
  readonly embeddings: string;
  /** Folder and dataset as the record's command names them, where they lie elsewhere. Default: as here. */
  readonly named?: Pick<CellOptions, "out" | "dataset"> | undefined;
  /** Where a training that begins computes, and every evaluation. Default: "cpu", and where it was trained. */
  readonly device?: Device | undefined;
  readonly threads?: number | undefined;
  /** What trainings prepare alike. */
  readonly shared?: SharedWork | undefined;
  /** Whether each training has a process of its own, so that its memory is its own; then nothing is shared. */
  readonly apart?: boolean | undefined;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

const RECORD = "cell.json";

/** What a study relies on when it goes on; the rest is for readers. */
const cellSchema = z.looseObject({
  format: z.literal(1),
  kind: z.literal("study cell"),
  id: z.string(),
  label: z.string(),
  settings: z.record(z.string(), z.unknown()),
  seed: z.int(),
  training: z.looseObject({ bestScore: z.number().nullable(), seconds: z.number(), epoch: z.int() }).optional(),
  failed: z.string().optional(),
  takenFrom: z.string().optional(),
});

export function cellDirectory(out: string, cell: Cell): string {
  return join(out, "cells", cell.id);
}

/** Where a finished training says what it is. */
export function cellRecordPath(directory: string): string {
  return join(directory, RECORD);
}

/** Undefined while it is not finished. */
export async function readCell(out: string, cell: Cell): Promise<CellRecord | undefined> {
  const path = cellRecordPath(cellDirectory(out, cell));
  return (await exists(path)) ? readCellRecord(path) : undefined;
}

/** @throws InputError for a file that is no record of a training. */
export async function readCellRecord(path: string): Promise<CellRecord> {
  const words = {
    expected: "the record of a finished training",
    todo: "Delete its folder: the study trains it again.",
  };
  const { value } = await readSealedJson(path, words.todo);
  return asRecord(path, value, cellSchema, words) as unknown as CellRecord;
}

/**
 * Train a cell, or go on with it. A training that fails by itself (it diverged, say) gives a record that says so.
 * @throws CancelledError when stopped; DeviceError, InputError and UsageError, which hold for every other cell too; and
 *   what the system refuses (a full disk), which passes: the same call goes on with the training then.
 */
export async function runCell(cell: Cell, options: CellOptions): Promise<CellRecord> {
  const done = await readCell(options.out, cell);
  if (done !== undefined) return done;
  commit(); // Read now: it may be another when the training ends.
  const directory = cellDirectory(options.out, cell);
  const outcome = await trainCell(cell, directory, options).catch(failureOf);
  const record = recordOf(cell, options, outcome);
  await writeSealedJson(join(directory, RECORD), record);
  return record;
}

interface Trained extends TrainedApart {
  readonly resumed: boolean;
}

async function trainCell(cell: Cell, directory: string, options: CellOptions): Promise<Trained> {
  const { system, trial, seed } = cell;
  const { dataset, device, threads, report = silent, signal } = options;
  const resume = await canResume(directory, device);
  // What lies there is ours and of no use, unless another process has just begun it.
  const only = { command: "isrf study compare" };
  if (!resume) await withLock(join(directory, RUN_LOCK), only, () => rm(directory, { recursive: true, force: true }));
  const { model, preset, protocol, trials } = system;
  const training: SentTraining = {
    dataset,
    out: directory,
    model,
    preset,
    protocol,
    overrides: trials[trial]!,
    seed,
    resume,
    // A training that goes on keeps its vectors, and stays where it was begun.
    embeddings: resume ? undefined : system.embeddings,
    device: resume ? undefined : device,
    threads,
  };
  try {
    const trained = options.apart ? await trainApart(training, { report, signal }) : await trainHere(training, options);
    return { ...trained, memory: withPart(trained), resumed: resume };
  } catch (error) {
    // A run that never began on this device must not bind the cell to it.
    if (error instanceof DeviceError && !resume) await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

/** At most so much at once: the peaks of two processes need not meet. */
function withPart({ memory, summary: { apartBytes = 0 } }: TrainedApart): MemoryUse {
  return { ...memory, peakBytes: memory.peakBytes + apartBytes };
}

async function trainHere(training: SentTraining, { shared, report, signal }: CellOptions): Promise<TrainedApart> {
  const watch = new MemoryWatch((training.device ?? "cpu") !== "cpu");
  try {
    const summary = await train({ ...training, shared, report, signal });
    return { summary, memory: watch.stop() };
  } finally {
    watch.stop();
  }
}

/**
 * False for what was killed before it was a run, and for a run without a checkpoint on a device that is not asked for.
 */
async function canResume(directory: string, device: Device = "cpu"): Promise<boolean> {
  if (!(await isRun(directory))) return false;
  if ((await readRunConfig(directory)).device === device) return true;
  return (await Checkpoints.ofRun(directory).find("last")) !== undefined;
}

/** Which row of which study a training is, and the command that does it. */
export function recordedAs(
  cell: Cell,
  options: CellOptions,
  device: Device | undefined,
): Pick<CellRecord, "id" | "dataset" | "label" | "model" | "preset" | "settings" | "seed" | "command"> {
  const { id, dataset, system, trial, seed } = cell;
  const { label, model, preset, trials } = system;
  const named = options.named ?? options;
  const command = commandOf(cell, cellDirectory(named.out, cell), { dataset: named.dataset, device });
  return { id, dataset, label, model, preset, settings: trials[trial]!, seed, command };
}

function recordOf(cell: Cell, options: CellOptions, outcome: Trained | Error): CellRecord {
  return {
    format: 1,
    kind: "study cell",
    ...recordedAs(cell, options, outcome instanceof Error ? options.device : outcome.summary.config.device),
    commit: commit(),
    machine: machine(),
    threads: options.threads ?? "one per core",
    productVersion: productVersion(),
    ...(outcome instanceof Error ? { failed: outcome.message } : figuresOf(outcome)),
  };
}

function figuresOf({ summary, memory, resumed }: Trained): Partial<CellRecord> {
  const { summary: loop, preparationSeconds, preparation, besideSeconds, seconds } = summary;
  const training = { ...loop, preparationSeconds, preparation, besideSeconds };
  return resumed ? { training, resumed } : { training, memory, wallSeconds: seconds };
}
