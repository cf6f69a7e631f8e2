// Files of a folder on their way to an object store and back.
import { readdir, realpath, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Checksum } from "../base/checksums.ts";
import { InputError } from "../base/errors.ts";
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

/**
 * Files by path, those in folders included, and what links lead to; hidden folders are not looked into.
 * @throws InputError for a link that leads nowhere, or in a circle.
 */
export async function filesIn(
  directory: string,
  folder: string,
  takes: (name: string) => boolean,
  /** Those that hold `folder`, by what they are without links. */
  above: readonly string[] = [],
): Promise<string[]> {
  const here = join(directory, folder);
  const within = [...above, await realpath(here)];
  const found: string[] = [];
  for (const entry of await readdir(here, { withFileTypes: true })) {
    // Editors leave hidden links that lead nowhere.
    if (isHidden(entry.name) && !takes(entry.name)) continue;
    const path = `${folder}${entry.name}`;
    const { isFile, isFolder } = entry.isSymbolicLink()
      ? await linked(join(directory, path), within)
      : { isFile: entry.isFile(), isFolder: entry.isDirectory() };
    if (isFile && takes(entry.name)) found.push(path);
    if (isFolder && isShown(entry.name)) found.push(...(await filesIn(directory, `${path}/`, takes, within)));
  }
  return found;
}

/** What a link leads to. */
async function linked(link: string, within: readonly string[]) {
  const target = await realpath(link).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT" || cause.code === "ENOTDIR") throw badLink(link, "that leads nowhere");
    throw cause.code === "ELOOP" ? badLink(link, "that leads in a circle") : cause;
  });
  if (within.includes(target)) throw badLink(link, "to a folder that it lies in");
  const facts = await stat(target);
  return { isFile: facts.isFile(), isFolder: facts.isDirectory() };
}

function badLink(where: string, what: string): InputError {
  return new InputError({
    where,
    found: `a link ${what}`,
    expected: "a file or a folder",
    todo: "Remove it, or let it lead to one.",
  });
}

export function isWithin(path: string): boolean {
  return path.split("/").every((part) => part !== "" && part !== "." && part !== "..") && !/[\\\0]/.test(path);
}

/** As `inLanes`, for each of some files. */
export function forEachFile<T>(files: readonly T[], work: (file: T) => Promise<void>): Promise<void> {
  return inLanes(files.length, AT_ONCE, (index) => work(files[index]!));
}
