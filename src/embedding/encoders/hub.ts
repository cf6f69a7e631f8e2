// Checkpoints by Hugging Face hub id, for users who are online: fetched once into a cache directory, then used from
// there.
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { CancelledError, InputError, OperationError, stopIf } from "../../base/errors.ts";
import { exists, writeDirectoryAtomic } from "../../base/files.ts";
import type { Report } from "../../base/progress.ts";
import { permitted } from "../../servers/addresses.ts";
import { withoutQuotes } from "../../servers/secrets.ts";

type Hub = typeof import("@huggingface/hub");

export interface HubOptions {
  /** HF_ENDPOINT, HF_TOKEN, XDG_CACHE_HOME. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly report: Report;
  readonly signal?: AbortSignal | undefined;
}

const HUB = "https://huggingface.co";

const REQUIRED = ["config.json", "tokenizer.json", "model.safetensors"];
const OPTIONAL = ["tokenizer_config.json", "modules.json", "sentence_bert_config.json", "1_Pooling/config.json"];

/** "sentence-transformers/all-MiniLM-L6-v2", or with a branch, tag or commit behind an @. */
const HUB_ID = /^([\w.-]+\/[\w.-]+)(?:@([\w.-]+))?$/;

export function isHubId(text: string): boolean {
  return HUB_ID.test(text) && !text.startsWith(".");
}

/**
 * The directory of a hub model, fetched unless it is in the cache.
 * @throws UsageError where the network is forbidden; InputError when there is no such model, no access, or a file is
 *   missing; OperationError without network;
 * CancelledError when stopped. The cache gets the whole checkpoint or nothing.
 */
export async function fetchFromHub(id: string, options: HubOptions): Promise<string> {
  const [, name, revision = "main"] = HUB_ID.exec(id)! as unknown as [string, string, string?];
  const cache = options.environment.XDG_CACHE_HOME || join(homedir(), ".cache");
  const directory = join(cache, "isrf", "hub", name.replace("/", "--"), revision);
  if (await exists(directory)) return directory;
  permitted(new URL(options.environment.HF_ENDPOINT || HUB), options.environment);
  const hub = await loadHub();
  options.report({ kind: "stage", stage: "fetch encoder", detail: `${id} to ${directory}` });
  await writeDirectoryAtomic(directory, async (temporary) => {
    for (const file of [...REQUIRED, ...OPTIONAL]) {
      stopIf(options.signal, "stopped while fetching the encoder; nothing was kept, run the same command again");
      const isFound = await fetchFile(hub, { name, revision, file, target: join(temporary, file) }, options);
      if (!isFound && REQUIRED.includes(file)) throw missing(id, file);
    }
  });
  return directory;
}

async function loadHub(): Promise<Hub> {
  try {
    return await import("@huggingface/hub");
  } catch (cause) {
    const message = "Hub ids need the optional package @huggingface/hub: npm install @huggingface/hub.";
    throw new OperationError(message, { cause });
  }
}

interface RemoteFile {
  readonly name: string;
  readonly revision: string;
  readonly file: string;
  readonly target: string;
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
  hub: Hub,
  { name, revision, file, target }: RemoteFile,
  { environment, signal }: HubOptions,
): Promise<boolean> {
  const access = accessOf(environment);
  try {
    const blob = await hub.downloadFile({
      repo: { type: "model", name },
      path: file,
      revision,
      ...access,
    });
    if (blob === null) return false;
    await mkdir(dirname(target), { recursive: true });
    const stream = Readable.fromWeb(blob.stream() as ReadableStream);
    await pipeline(stream, createWriteStream(target), { signal });
    return true;
  } catch (cause) {
    if (signal?.aborted)
      throw new CancelledError("stopped while fetching the encoder; nothing was kept, run the same command again", {
        cause,
      });
    throw hubError(hub, name, file, withoutToken(cause, environment.HF_TOKEN));
  }
}

/** A hub may quote the token that it refuses. */
function withoutToken(cause: unknown, token: string | undefined): unknown {
  if (cause instanceof Error && token) cause.message = withoutQuotes(cause.message, [token]);
  return cause;
}

function hubError(hub: Hub, name: string, file: string, cause: unknown): Error {
  const folder = `put ${REQUIRED.join(", ")} into a folder and use transformer:FOLDER`;
  if (cause instanceof hub.HubApiError && cause.statusCode < 500) {
    const found = `status ${cause.statusCode} for ${file}`;
    const todo = `Check the name; for a private model set HF_TOKEN; or ${folder}.`;
    return new InputError({ where: `hub model ${name}`, found, expected: "a model you may read", todo }, { cause });
  }
  const message = `hub model ${name}: ${file} could not be fetched. Without network, ${folder}.`;
  return new OperationError(message, { cause });
}

function missing(id: string, file: string): InputError {
  return new InputError({
    where: `hub model ${id}`,
    found: `no ${file}`,
    expected: REQUIRED.join(", "),
    todo: "Convert it with Python: save_pretrained of AutoModel and AutoTokenizer; then use transformer:FOLDER.",
  });
}
