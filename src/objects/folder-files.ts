// Files of a folder on their way to an object store and back.
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Checksum } from "../base/checksums.ts";
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
    if (entry.isDirectory() && isShown(entry.name)) found.push(...(await filesIn(directory, `${path}/`, takes)));
  }
  return found;
}

export function isWithin(path: string): boolean {
  return path.split("/").every((part) => part !== "" && part !== "." && part !== "..") && !/[\\\0]/.test(path);
}

/** @throws what `work` throws first, when all lanes have come to rest. */
export async function inLanes<T>(entries: readonly T[], work: (entry: T) => Promise<void>): Promise<void> {
  let next = 0;
  let hasFailed = false;
  const lane = async () => {
    while (next < entries.length && !hasFailed) await work(entries[next++]!);
  };
  const lanes = Array.from({ length: AT_ONCE }, () =>
    lane().catch((error: unknown) => {
      hasFailed = true;
      throw error;
    }),
  );
  for (const end of await Promise.allSettled(lanes)) if (end.status === "rejected") throw end.reason;
}
