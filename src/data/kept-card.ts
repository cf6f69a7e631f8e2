// What an import understood, as the dataset keeps it: figures and names of columns. Ids and records that stand in it as
// examples are left out, as they may be of people whom the dataset is to forget; so are the folders of files.
import { basename } from "node:path";
import type { Understanding } from "./understanding.ts";

/** In a dataset: what the import understood of its files. */
export const UNDERSTOOD_FILE = "understood.json";

const LEFT_OUT: ReadonlySet<string> = new Set(["busiest", "example", "examples", "without"]);

export function keptCard(understanding: Understanding): unknown {
  return kept("", understanding);
}

function kept(name: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => kept(name, one));
  if (typeof value === "string") return name === "file" ? basename(value) : value;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => !LEFT_OUT.has(key));
  return Object.fromEntries(entries.map(([key, one]) => [key, kept(key, one)]));
}
