// Files of a folder on their way to an object store and back.
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Checksum } from "../base/checksums.ts";
import { inLanes } from "./lanes.ts";
import { DamagedObjectError, type ObjectStore, shortHash } from "./store.ts";

const AT_ONCE = 4;

/** The name promises a content: one that a store kept well may still be another. */
export async function fetchChecked(store: ObjectStore, name: string, sum: Checksum, file: string): Promise<void> {
  const { sha256: found } = await store.fetch(name, file);
  if (found === sum.sha256) return;
  await rm(file, { force: true });
  throw otherContent(store, name, found, sum.sha256);
}

export function otherContent(
  { address }: ObjectStore,
  name: string,
  found: string,
  expected: string,
): DamagedObjectError {
  return new DamagedObjectError(address, name, {
    found: `content with SHA-256 ${shortHash(found)}`,
    expected: `that of its name (${shortHash(expected)})`,
  });
}

export const isHidden = (name: string) => name.startsWith(".");
export const isShown = (name: string) => !isHidden(name);

/** Files by path, those in folders included; hidden folders are not looked into. */
export async function filesIn(directory: string, folder: string, takes: (name: string) => boolean): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(directory, folder), { withFileTypes: true })) {
    const path = `${folder}${entry.name}`;
    if (entry.isFile() && takes(entry.name)) found.push(path);
    if (!entry.isDirectory() || isHidden(entry.name)) continue;
    for (const file of await filesIn(directory, `${path}/`, takes)) found.push(file);
  }
  return found;
}

export function isWithin(path: string): boolean {
  return path.split("/").every((part) => part !== "" && part !== "." && part !== "..") && !/[\\\0]/.test(path);
}

/** As `inLanes`, for each of some files. */
export function forEachFile<T>(files: readonly T[], work: (file: T) => Promise<void>): Promise<void> {
  return inLanes(files.length, AT_ONCE, (index) => work(files[index]!));
}
