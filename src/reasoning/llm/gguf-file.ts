// Where a GGUF file comes from: a path, or "hf:ORG/REPO/FILE.gguf", fetched once from the hub.
import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { basename, join } from "node:path";
import { InputError, UsageError } from "../../base/errors.ts";
import { sha256 } from "../../base/files.ts";
import type { Report } from "../../base/progress.ts";
import { fetchFromHub } from "../../servers/hub.ts";

export interface GgufSource {
  /** As it was named. */
  readonly spec: string;
  /** Of the file, without its folder. */
  readonly name: string;
  readonly hub?: { readonly id: string; readonly file: string } | undefined;
}

export interface GgufAccess {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly report: Report;
}

const HUB_FILE = /^hf:([\w.-]+\/[\w.-]+?)(@[\w.-]+)?\/([\w./-]+\.gguf)$/i;

/** @throws UsageError for an hf: name of another form; InputError where there is no such file. */
export function ggufSource(spec: string): GgufSource {
  const where = `--llm llama-cpp:${spec}`;
  if (spec.startsWith("hf:")) {
    const [, repository, revision = "", file] = HUB_FILE.exec(spec) ?? [];
    if (repository !== undefined && file !== undefined) {
      return { spec, name: basename(file), hub: { id: `${repository}${revision}`, file } };
    }
    throw new UsageError(
      `${where}: expected hf:ORG/REPO/FILE.gguf, such as hf:Qwen/Qwen2.5-1.5B-Instruct-GGUF/qwen2.5-1.5b-instruct-q4_k_m.gguf.`,
    );
  }
  if (existsSync(spec)) return { spec, name: basename(spec) };
  throw new InputError({ where, found: "no such file", expected: "a GGUF model file, or hf:ORG/REPO/FILE.gguf" });
}

const HEAD_BYTES = 1 << 20;
const SAMPLES = 64;
const SAMPLE_BYTES = 1 << 14;
const SHOWN_DIGITS = 16;

/**
 * Tells a file's content from another's in milliseconds: its size, its head (names, shapes, settings) and samples of
 * the weights, hashed. A file of the hub is what it is by its address.
 */
export function ggufIdentity({ spec, hub }: GgufSource): string {
  if (hub !== undefined) return sha256(spec).slice(0, SHOWN_DIGITS);
  const file = openSync(spec, "r");
  try {
    const { size } = fstatSync(file);
    const read = (at: number, bytes: number) => {
      const buffer = Buffer.alloc(Math.min(bytes, size - at));
      readSync(file, buffer, 0, buffer.length, at);
      return buffer;
    };
    const starts = Array.from({ length: SAMPLES }, (_, i) => Math.floor(((i + 1) / SAMPLES) * size) - SAMPLE_BYTES);
    const samples = starts.filter((at) => at >= HEAD_BYTES).map((at) => read(at, SAMPLE_BYTES));
    return sha256(Buffer.concat([Buffer.from(`${size} `), read(0, HEAD_BYTES), ...samples])).slice(0, SHOWN_DIGITS);
  } finally {
    closeSync(file);
  }
}

/** Its path on this machine. @throws as `fetchFromHub`. */
export async function ggufPath({ spec, hub }: GgufSource, access: GgufAccess, signal: AbortSignal): Promise<string> {
  if (hub === undefined) return spec;
  const model = {
    what: "language model",
    required: [hub.file],
    optional: [],
    byHand: "use llama-cpp:FILE",
    convert: "Name one of the GGUF files that the model's page lists.",
    folder: hub.file.replaceAll("/", "--"),
  };
  return join(await fetchFromHub(hub.id, model, { ...access, signal }), hub.file);
}
