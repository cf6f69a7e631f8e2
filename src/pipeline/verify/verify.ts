// Is every file what was written? Walks a folder with everything inside: a dataset with its embeddings, a run with its
// checkpoints and evaluation, a study with all of its runs.
import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { CHECKSUMS, checkDirectory } from "../../base/checksums.ts";
import { InputError, stopIf } from "../../base/errors.ts";
import { readJson } from "../../base/files.ts";
import { type Report, silent } from "../../base/progress.ts";
import { CONFIG } from "../../runs/run.ts";
import { readEvaluation, readRanks } from "../evaluate/store.ts";
import { hasLostConfig, lostConfig, type Part, partsOfRun, sealedPart } from "./run-parts.ts";

export interface VerifyOptions {
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface VerifiedPart {
  /** Folder or file. */
  readonly path: string;
  /** `no checksums`: an older version wrote it. */
  readonly state: "whole" | "damaged" | "no checksums";
  /** What is wrong and what to do. */
  readonly problem?: string | undefined;
}

/** Of a training, and of a cell of a study. */
const RECORDS = ["summary.json", "cell.json"];

const TODO = "Make it again, or take it from a copy.";

/**
 * Check all that has checksums in `directory`. Answers in `reasoning/` are a database of its own, and not looked at.
 * @throws InputError when nothing of ours is there; CancelledError when stopped.
 */
export async function verify(
  directory: string,
  { report = silent, signal }: VerifyOptions = {},
): Promise<VerifiedPart[]> {
  const parts = await partsOf(directory);
  if (parts.length === 0) {
    const expected = "a dataset, embeddings, a run or a study";
    throw new InputError({ where: directory, found: "nothing that isrf wrote", expected });
  }
  const verified: VerifiedPart[] = [];
  for (const part of parts) {
    stopIf(signal, `${directory}: stopped after ${verified.length} of ${parts.length} parts; nothing was changed.`);
    verified.push(await verifyPart(part));
    report({ kind: "step", stage: "verify", done: verified.length, total: parts.length, unit: "parts" });
  }
  return verified;
}

async function verifyPart({ path, check }: Part): Promise<VerifiedPart> {
  try {
    return { path, state: (await check()) ? "whole" : "no checksums" };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { path, state: "damaged", problem: error.message };
  }
}

async function partsOf(directory: string): Promise<Part[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((cause: Error) => {
    const found = `no readable folder (${cause.message})`;
    throw new InputError({ where: directory, found, expected: "a dataset, a run or a study" }, { cause });
  });
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
  const inside = await Promise.all(
    folders.filter(({ name }) => name !== "reasoning").map(({ name }) => partsOf(join(directory, name))),
  );
  return [...(await ownParts(directory, namesOf(entries))), ...inside.flat()];
}

function namesOf(entries: readonly Dirent[]): ReadonlySet<string> {
  return new Set(entries.filter((entry) => entry.isFile()).map(({ name }) => name));
}

/** What lies in the folder itself. */
async function ownParts(directory: string, names: ReadonlySet<string>): Promise<Part[]> {
  const parts: Part[] = [];
  // Datasets and embeddings have a manifest, checkpoints a model or the state of the loop.
  if ([CHECKSUMS, "manifest.json", "model.json", "loop.json"].some((name) => names.has(name)))
    parts.push({ path: directory, check: () => checkDirectory(directory, TODO) });
  if (names.has(CONFIG) && (await isRunConfig(join(directory, CONFIG))))
    parts.push(...(await partsOfRun(directory, names)));
  if (hasLostConfig(names)) parts.push(lostConfig(directory));
  for (const name of RECORDS.filter((each) => names.has(each))) parts.push(sealedPart(join(directory, name)));
  if (names.has("evaluation.json"))
    parts.push({ path: join(directory, "evaluation.json"), check: () => evaluation(directory) });
  return parts;
}

/** What cannot be read may be one. */
async function isRunConfig(path: string): Promise<boolean> {
  const json = (await readJson(path).catch(() => ({ kind: "run" }))) as { kind?: unknown; sealed?: unknown };
  return json.kind === "run" || json.sealed === true;
}

/** The record with all of its ranks. */
async function evaluation(directory: string): Promise<boolean> {
  const record = await readEvaluation(directory);
  for (const question of Object.keys(record.ranks ?? {})) await readRanks({ directory, record, question });
  return record.ranks !== undefined;
}
