// What an import depends on, as facts of a ledger: the content of every file, and every option that was given.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { sha256, sha256File } from "../../base/files.ts";
import { matching, objectMarks, shownAddress } from "../../data/index.ts";
import { importSettings } from "../../data/settings.ts";
import { isObject } from "../../objects/index.ts";
import type { Facts } from "../chain/index.ts";

const STDIN = "-";

/** Options of the import whose values are names of files. */
const FILE_VALUES = new Set(["FILE", "DIR"]);

/** Named without an option on the command line. */
const PLAIN = new Set(["interactions", "dir"]);

/**
 * `{ "orders.csv": "<hash>", "--items shop.csv": "<hash>", "--k-core": "3" }`; objects of S3 by their ETags, tables of
 * servers by name alone.
 */
export async function importFacts(options: Readonly<Record<string, unknown>>): Promise<Facts> {
  const facts: Record<string, string> = {};
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined || !Object.hasOwn(importSettings.shape, key)) continue;
    if (!namesFiles(key)) facts[flagOf(key)] = typeof value === "string" ? value : JSON.stringify(value);
    else Object.assign(facts, await fileFacts(key, [value].flat().map(String), options.glob === true));
  }
  return facts;
}

/** The content of each file, and the order of several: it decides between interactions of one time. */
async function fileFacts(key: string, given: readonly string[], isPattern: boolean): Promise<Facts> {
  const found = (await Promise.all(given.map((word) => contentsOf(word, isPattern)))).flat();
  const contents = found.map(([word, content]) => [nameOf(word), content] as const);
  const names = contents.map(([name]) => name);
  // One file may be the catalogue at one time and the users at another.
  const facts = contents.map(([name, content]) => [PLAIN.has(key) ? name : `${flagOf(key)} ${name}`, content] as const);
  const order = names.length < 2 ? [] : [[`the order of ${flagOf(key)}`, names.join(", ")] as const];
  return Object.fromEntries([...facts, ...order]);
}

/** Too few to find a token by. */
const MARK_DIGITS = 4;

/** What others may read of an address; a query that they may not is told from another one by a mark. */
function nameOf(word: string): string {
  const shown = shownAddress(word);
  const query = /\?.*$/s.exec(word)?.[0];
  return shown === word || query === undefined ? shown : `${shown} (query ${sha256(query).slice(0, MARK_DIGITS)})`;
}

async function contentsOf(word: string, isPattern: boolean): Promise<(readonly [name: string, content: string])[]> {
  // The import itself says what is wrong with an object.
  if (isObject(word)) return objectMarks(word, isPattern).catch(() => [[word, "not a file"] as const]);
  const names = isPattern ? await expand(word) : [word];
  return Promise.all(names.map(async (name) => [name, await contentOf(name)] as const));
}

/** A pattern that fits nothing stays, for the import to refuse. */
async function expand(word: string): Promise<readonly string[]> {
  const found = await matching(word);
  return found.length === 0 ? [word] : found;
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
  if (found === undefined) return name === STDIN ? `a pipe, ${new Date().toISOString()}` : "not a file";
  if (found.isFile()) return sha256File(name);
  // A pipe can be read once only, and tells nothing of what it held before.
  if (!found.isDirectory()) return `a pipe, ${new Date().toISOString()}`;
  const entries = (await readdir(name, { withFileTypes: true })).filter((entry) => entry.isFile());
  const contents: [string, string][] = [];
  for (const entry of entries) contents.push([entry.name, await sha256File(join(name, entry.name))]);
  return sha256(JSON.stringify(contents.sort(([a], [b]) => (a < b ? -1 : 1))));
}
