// Checkpoints by Hugging Face hub id, for users who are online: fetched once into a cache directory, then used from
// there.
import { mkdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { CancelledError, InputError, OperationError, stopIf } from "../base/errors.ts";
import { exists } from "../base/files.ts";
import { lockBeside, withLock } from "../base/lock.ts";
import { permitted } from "../base/permitted.ts";
import type { Report } from "../base/progress.ts";
import { fetchInto } from "./hub-file.ts";
import { withoutQuotes } from "./secrets.ts";

type Hub = typeof import("@huggingface/hub");

export interface HubOptions {
  /** HF_ENDPOINT, HF_TOKEN, XDG_CACHE_HOME. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly report: Report;
  readonly signal?: AbortSignal | undefined;
}

/** What is wanted of a model, and the words for it. */
export interface HubModel {
  /** "encoder", "checkpoint". */
  readonly what: string;
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** How to do without the hub: "use transformer:FOLDER". */
  readonly byHand: string;
  /** What to do where a required file is missing. */
  readonly convert: string;
  /** Of the cache, where a few of a model's files are wanted and other callers want others of them. */
  readonly folder?: string | undefined;
}

const HUB = "https://huggingface.co";
const MIB = 2 ** 20;

/** "sentence-transformers/all-MiniLM-L6-v2", or with a branch, tag or commit behind an @. */
const HUB_ID = /^([\w.-]+\/[\w.-]+)(?:@([\w.-]+))?$/;

export function isHubId(text: string): boolean {
  return HUB_ID.test(text) && !text.startsWith(".");
}

/**
 * The directory of a hub model, fetched unless it is in the cache. The cache gets the whole checkpoint or nothing; what
 * a broken connection left is gone on with by the next call.
 * @throws UsageError where the network is forbidden; InputError when there is no such model, no access, or a file is
 *   missing; OperationError without network, or when a content is not what the hub names; InUseError when another
 *   process fetches it; CancelledError when stopped.
 */
export async function fetchFromHub(id: string, model: HubModel, options: HubOptions): Promise<string> {
  const [, name, revision = "main"] = HUB_ID.exec(id)! as unknown as [string, string, string?];
  const cache = options.environment.XDG_CACHE_HOME || join(homedir(), ".cache");
  const folder = model.folder === undefined ? revision : `${revision}.${model.folder}`;
  const directory = join(cache, "isrf", "hub", name.replace("/", "--"), folder);
  if (await exists(directory)) return directory;
  permitted(new URL(options.environment.HF_ENDPOINT || HUB), options.environment);
  const hub = await loadHub();
  options.report({ kind: "stage", stage: `fetch ${model.what}`, detail: `${id} to ${directory}` });
  await mkdir(dirname(directory), { recursive: true });
  await withLock(lockBeside(directory), { command: `isrf (fetching ${id})` }, async () => {
    if (!(await exists(directory))) await fetchWhole({ id, name, revision, directory, model }, hub, options);
  });
  return directory;
}

interface Wanted {
  readonly id: string;
  readonly name: string;
  readonly revision: string;
  readonly directory: string;
  readonly model: HubModel;
}

async function fetchWhole(wanted: Wanted, hub: Hub, options: HubOptions): Promise<void> {
  const { directory, model } = wanted;
  const begun = join(dirname(directory), `.${basename(directory)}.begun`);
  try {
    for (const file of [...model.required, ...model.optional]) {
      stopIf(options.signal, stoppedWords(model));
      const isFound = await fetchFile(wanted, file, join(begun, file), hub, options);
      if (!isFound && model.required.includes(file)) throw missing(wanted, file);
    }
    await rename(begun, directory);
  } catch (error) {
    // What is missing or refused will be so again; a connection may come back.
    if (error instanceof InputError) await rm(begun, { recursive: true, force: true });
    throw error;
  }
}

async function loadHub(): Promise<Hub> {
  try {
    return await import("@huggingface/hub");
  } catch (cause) {
    const message = "Hub ids need the optional package @huggingface/hub: npm install @huggingface/hub.";
    throw new OperationError(message, { cause });
  }
}

/** The hub's parameters may be absent, not undefined. */
function accessOf({ HF_ENDPOINT, HF_TOKEN }: HubOptions["environment"]): { hubUrl?: string; accessToken?: string } {
  const access: { hubUrl?: string; accessToken?: string } = {};
  if (HF_ENDPOINT) access.hubUrl = HF_ENDPOINT;
  if (HF_TOKEN) access.accessToken = HF_TOKEN;
  return access;
}

/** False when the model has no such file. */
async function fetchFile(
  { name, revision, model }: Wanted,
  file: string,
  target: string,
  hub: Hub,
  { environment, signal, report }: HubOptions,
): Promise<boolean> {
  const where = { repo: { type: "model" as const, name }, path: file, revision, ...accessOf(environment) };
  try {
    const info = await hub.fileDownloadInfo(where);
    if (info === null) return false;
    const blob = await hub.downloadFile({ ...where, downloadInfo: info });
    if (blob === null) return false;
    const total = Math.ceil(info.size / MIB);
    const onBytes = (bytes: number): void => {
      const done = Math.ceil(bytes / MIB);
      report({ kind: "step", stage: `fetch ${file}`, done, total, unit: "MiB", isPart: true });
    };
    await fetchInto(target, { size: info.size, etag: info.etag, blob }, { signal, onBytes });
    return true;
  } catch (cause) {
    if (signal?.aborted) throw new CancelledError(stoppedWords(model), { cause });
    throw hubError(hub, { name, model }, file, withoutToken(cause, environment.HF_TOKEN));
  }
}

const stoppedWords = ({ what }: HubModel): string =>
  `stopped while fetching the ${what}; run the same command again to go on with it`;

/** A hub may quote the token that it refuses. */
function withoutToken(cause: unknown, token: string | undefined): unknown {
  if (cause instanceof Error && token) cause.message = withoutQuotes(cause.message, [token]);
  return cause;
}

function hubError(hub: Hub, { name, model }: Pick<Wanted, "name" | "model">, file: string, cause: unknown): Error {
  if (cause instanceof OperationError) return cause;
  const folder = `put ${model.required.join(", ")} into a folder and ${model.byHand}`;
  if (cause instanceof hub.HubApiError && cause.statusCode < 500) {
    const found = `status ${cause.statusCode} for ${file}`;
    const todo = `Check the name; for a private model set HF_TOKEN; or ${folder}.`;
    return new InputError({ where: `hub model ${name}`, found, expected: "a model you may read", todo }, { cause });
  }
  const message = `hub model ${name}: ${file} could not be fetched; run the same command again to go on with it. Without network, ${folder}.`;
  return new OperationError(message, { cause });
}

function missing({ id, model }: Wanted, file: string): InputError {
  return new InputError({
    where: `hub model ${id}`,
    found: `no ${file}`,
    expected: model.required.join(", "),
    todo: model.convert,
  });
}
