// What a run consists of: files that are there, and those that must be and are gone.
import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DamageError } from "../../base/checksums.ts";
import { InputError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { readSealedJson } from "../../base/sealed-json.ts";
import { RECOMMENDERS } from "../../recommenders/registry.ts";
import { CONFIG, readRunConfig } from "../../runs/run.ts";
import { IDS } from "../../runs/run-ids.ts";
import { readTrainingRecord, TRAINING_RECORD } from "../../runs/training-record.ts";
import { Checkpoints } from "../../training/checkpoints.ts";
import { checkMetrics } from "../../training/loop.ts";

/** Something that can be checked: true when it has checksums. */
export interface Part {
  readonly path: string;
  check(): Promise<boolean>;
}

const TRAIN_AGAIN = "Train the run again, into another --out, or take it from a copy.";
const TODO = "Make it again, or take it from a copy.";

const CHECKPOINT = "checkpoint";
const SUMMARY = "summary.json";
const EVALUATION = "evaluation.json";
const NO_MODELS =
  "Its records can be read and compared without them; to answer it needs them, from a copy or trained again, into another --out.";

/** Whether a folder without `config.json` was a run: a training has written more than its settings. */
export function hasLostConfig(names: ReadonlySet<string>): boolean {
  return !names.has(CONFIG) && [TRAINING_RECORD, IDS].some((name) => names.has(name));
}

/** Of a run whose settings are gone. */
export function lostConfig(directory: string): Part {
  return lost(join(directory, CONFIG), "the settings of the run");
}

export async function partsOfRun(directory: string, names: ReadonlySet<string>): Promise<Part[]> {
  const at = (name: string): string => join(directory, name);
  const parts = [sealedPart(at(CONFIG))];
  if (names.has(IDS)) parts.push(sealedPart(at(IDS)));
  if (names.has("metrics.jsonl")) parts.push({ path: at("metrics.jsonl"), check: () => checkMetrics(directory) });
  const hasEnded = [SUMMARY, EVALUATION].some((name) => names.has(name));
  const isBare = hasEnded && !(await exists(at(CHECKPOINT)));
  return [...parts, ...(isBare ? partsWithoutModels(directory, names) : await trainedParts(directory, names))];
}

/** Results of a study are passed on so: records, without models and what these learnt from. */
function partsWithoutModels(directory: string, names: ReadonlySet<string>): Part[] {
  const models = lost(join(directory, CHECKPOINT), "the models of a run that was trained", NO_MODELS);
  return names.has(TRAINING_RECORD) ? [models, sealedPart(join(directory, TRAINING_RECORD))] : [models];
}

async function trainedParts(directory: string, names: ReadonlySet<string>): Promise<Part[]> {
  const record = join(directory, TRAINING_RECORD);
  const parts = [pointersPart(directory, names.has(SUMMARY))];
  if (names.has(TRAINING_RECORD)) parts.push({ path: record, check: () => trainingRecord(directory) });
  else if (await hasLostTraining(directory)) parts.push(lost(record, "what the training was given"));
  // Written last of a training: all that it makes is there.
  if (names.has(SUMMARY)) parts.push(...(await partsBeside(directory)));
  return parts;
}

export function sealedPart(path: string): Part {
  return { path, check: () => isSealed(path) };
}

async function isSealed(path: string): Promise<boolean> {
  return (await readSealedJson(path, TODO)).isSealed;
}

async function trainingRecord(directory: string): Promise<boolean> {
  await readTrainingRecord(directory);
  return isSealed(join(directory, TRAINING_RECORD));
}

/** Versions that wrote no record did not seal settings either; a training that begins has no checkpoint yet. */
async function hasLostTraining(directory: string): Promise<boolean> {
  if (!(await hasCheckpoints(directory))) return false;
  return isSealed(join(directory, CONFIG)).catch(unlessInput(false));
}

/** The checkpoints themselves are folders with checksums; `directory` holds their `checkpoint/`. */
function pointersPart(directory: string, isTrained: boolean): Part {
  const path = join(directory, CHECKPOINT, "current.json");
  const check = async (): Promise<boolean> => {
    const checkpoints = Checkpoints.ofRun(directory);
    await checkpoints.find("last");
    const best = await checkpoints.find("best");
    const mustBe = isTrained ? best === undefined : !(await exists(path)) && (await hasCheckpoints(directory));
    if (mustBe) throw gone(path, "the name of the best checkpoint");
    return true;
  };
  return { path, check };
}

/** The first is there a moment before it is named. */
async function hasCheckpoints(directory: string): Promise<boolean> {
  const entries = await readdir(join(directory, CHECKPOINT), { withFileTypes: true }).catch((): Dirent[] => []);
  return entries.some((entry) => entry.isDirectory() && /^(best|last)-/.test(entry.name));
}

/** What the run's system answers from beside its checkpoint; the folders themselves have checksums. */
async function partsBeside(directory: string): Promise<Part[]> {
  // Settings that cannot be read are told of as such.
  const config = await readRunConfig(directory).catch(unlessInput(undefined));
  const definition = RECOMMENDERS.find(({ name }) => name === config?.model);
  if (config === undefined || definition?.kind !== "trained") return [];
  const parts: Part[] = [];
  for (const { name, isTraining } of definition.folders?.(config.options) ?? []) {
    const path = join(directory, name);
    if (isTraining) parts.push(pointersPart(path, true));
    else if (!(await exists(path))) parts.push(lost(path, "a part that the run answers from"));
  }
  return parts;
}

function unlessInput<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof InputError) return value;
    throw error;
  };
}

function lost(path: string, expected: string, todo = TRAIN_AGAIN): Part {
  return { path, check: () => Promise.reject(gone(path, expected, todo)) };
}

function gone(where: string, expected: string, todo = TRAIN_AGAIN): DamageError {
  return new DamageError({ where, found: "nothing", expected, todo });
}
