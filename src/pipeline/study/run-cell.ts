// One training of a study, done once: what is finished is kept, what was begun goes on, what failed is recorded.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { CancelledError, InputError, UsageError } from "../../base/errors.ts";
import { exists, readJson, writeJsonAtomic } from "../../base/files.ts";
import { commit, type Machine, machine } from "../../base/machine.ts";
import { productVersion } from "../../base/product-version.ts";
import { type Report, silent } from "../../base/progress.ts";
import { type Device, DeviceError } from "../../engine/index.ts";
import type { LoopSummary } from "../../training/loop.ts";
import { isRun } from "../run.ts";
import { type TrainSummary, train } from "../train.ts";
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
  readonly commit?: string;
  readonly machine: Machine;
  readonly productVersion: string;
  /** Absent when it failed. */
  readonly training?: LoopSummary & { readonly preparationSeconds: number };
  /** Why there is no model. */
  readonly failed?: string;
}

export interface CellOptions {
  readonly out: string;
  /** Dataset directory. */
  readonly dataset: string;
  readonly embeddings: string;
  /** Where to compute. Default "cpu". */
  readonly device?: Device;
  readonly threads?: number;
  readonly report?: Report;
  readonly signal?: AbortSignal;
}

const RECORD = "cell.json";

export function cellDirectory(out: string, cell: Cell): string {
  return join(out, "cells", cell.id);
}

/** Undefined while it is not finished. */
export async function readCell(out: string, cell: Cell): Promise<CellRecord | undefined> {
  const path = join(cellDirectory(out, cell), RECORD);
  return (await exists(path)) ? ((await readJson(path)) as CellRecord) : undefined;
}

/**
 * Train a cell, or go on with it. A training that fails by itself (it diverged, say) gives a record that says so.
 * @throws CancelledError when stopped; DeviceError, InputError and UsageError, which hold for every other cell too.
 */
export async function runCell(cell: Cell, options: CellOptions): Promise<CellRecord> {
  const done = await readCell(options.out, cell);
  if (done !== undefined) return done;
  const directory = cellDirectory(options.out, cell);
  const outcome = await trainCell(cell, directory, options).catch(failureOf);
  const record = recordOf(cell, directory, options, outcome);
  await writeJsonAtomic(join(directory, RECORD), record);
  return record;
}

/** An error of this training alone, such as a divergence. @throws any other: it would hold for all of them. */
export function failureOf(error: unknown): Error {
  const isForAll = [CancelledError, DeviceError, InputError, UsageError].some((kind) => error instanceof kind);
  if (isForAll || !(error instanceof Error)) throw error;
  return error;
}

async function trainCell(
  { system, trial, seed }: Cell,
  directory: string,
  { dataset, embeddings, device, threads, report = silent, signal }: CellOptions,
): Promise<TrainSummary> {
  const resume = await isRun(directory);
  // Killed before it was a run: whatever lies there is ours and of no use.
  if (!resume) await rm(directory, { recursive: true, force: true });
  const { model, preset, protocol, trials, needsEmbeddings } = system;
  return train({
    dataset,
    out: directory,
    model,
    preset,
    protocol,
    overrides: trials[trial]!,
    seed,
    resume,
    report,
    ...(needsEmbeddings ? { embeddings } : {}),
    ...(device === undefined ? {} : { device }),
    ...(threads === undefined ? {} : { threads }),
    ...(signal === undefined ? {} : { signal }),
  });
}

function recordOf(cell: Cell, directory: string, options: CellOptions, outcome: TrainSummary | Error): CellRecord {
  const { id, system, trial, seed } = cell;
  const at = commit();
  return {
    format: 1,
    kind: "study cell",
    id,
    dataset: cell.dataset,
    label: system.label,
    model: system.model,
    preset: system.preset,
    settings: system.trials[trial]!,
    seed,
    command: commandOf(cell, directory, options),
    ...(at === undefined ? {} : { commit: at }),
    machine: machine(),
    productVersion: productVersion(),
    ...(outcome instanceof Error
      ? { failed: outcome.message }
      : { training: { ...outcome.summary, preparationSeconds: outcome.preparationSeconds } }),
  };
}
