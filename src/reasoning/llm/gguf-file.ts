// Where a GGUF file comes from: a path, or "hf:ORG/REPO/FILE.gguf", fetched once from the hub.
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { InputError, UsageError } from "../../base/errors.ts";
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
