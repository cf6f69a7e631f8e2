// Where finished batches lie while an encoding runs: a file for each encoder, so that another one under the same name
// does not cost what was paid for.
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { sha256 } from "../../base/files.ts";
import type { PretrainedEncoder } from "./encoder.ts";

const END = ".progress";

/** Of the encoder's work for the folder `target`, beside it. */
export function progressPath(target: string, { kind, options }: Pick<PretrainedEncoder, "kind" | "options">): string {
  const key = sha256(JSON.stringify([kind, options])).slice(0, 8);
  return join(dirname(target), `.${basename(target)}.${key}${END}`);
}

/** Where versions of before kept it, for whichever encoder came last. */
export function formerProgressPath(target: string): string {
  return join(dirname(target), `.${basename(target)}${END}`);
}

/** Unfinished work for `target` of other encoders than that of `own`. */
export async function otherProgress(target: string, own: string): Promise<readonly string[]> {
  const start = `.${basename(target)}.`;
  const isProgress = (name: string) =>
    name.startsWith(start) && /^(?:[0-9a-f]{8}\.)?progress$/.test(name.slice(start.length));
  const names = await readdir(dirname(target)).catch(() => []);
  return names.filter((name) => isProgress(name) && name !== basename(own)).map((name) => join(dirname(target), name));
}
