// What an import depends on, as facts of a ledger: the content of every file, and every option that was given.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { sha256, sha256File } from "../../base/files.ts";
import { importSettings } from "../../data/settings.ts";
import type { Facts } from "../chain/index.ts";

/** Options of the import whose values are names of files. */
const FILE_VALUES = new Set(["FILE", "DIR"]);

/** `{ "orders.csv": "<hash>", "--k-core": "3" }`; what lies elsewhere than on this disk counts by its name alone. */
export async function importFacts(options: Readonly<Record<string, unknown>>): Promise<Facts> {
  const facts: Record<string, string> = {};
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined || !Object.hasOwn(importSettings.shape, key)) continue;
    if (!namesFiles(key)) facts[flagOf(key)] = typeof value === "string" ? value : JSON.stringify(value);
    else for (const name of [value].flat()) facts[String(name)] = await contentOf(String(name));
  }
  return facts;
}

function namesFiles(key: string): boolean {
  const shape: Readonly<Record<string, z.ZodType>> = importSettings.shape;
  return key !== "out" && FILE_VALUES.has(String(shape[key]!.meta()?.value));
}

/** `kCore` -> `--k-core`. */
function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** A hash of the content; the import itself says what is wrong with a name that is none of a file. */
async function contentOf(name: string): Promise<string> {
  const found = await stat(name).catch(() => undefined);
  if (found === undefined) return "not a file";
  if (!found.isDirectory()) return sha256File(name);
  const entries = (await readdir(name, { withFileTypes: true })).filter((entry) => entry.isFile());
  const contents: [string, string][] = [];
  for (const entry of entries) contents.push([entry.name, await sha256File(join(name, entry.name))]);
  return sha256(JSON.stringify(contents.sort(([a], [b]) => (a < b ? -1 : 1))));
}
