// The state of a folder that still changes, such as a training's, in an object store: whoever goes on elsewhere finds
// the last whole one. Each state takes the place of the one before.
import { copyFile, link, mkdir, rename, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { type Checksum, checksumOf, checksumSchema } from "../base/checksums.ts";
import { removeDirectory, sha256 } from "../base/files.ts";
import { isMissing } from "../base/system-errors.ts";
import { fetchChecked, filesIn, forEachFile, isShown, isWithin } from "./folder-files.ts";
import { removeFolder } from "./remove-folder.ts";
import { DamagedObjectError, MissingObjectError, type ObjectStore } from "./store.ts";

const stateSchema = z.strictObject({
  format: z.literal(1),
  kind: z.literal("snapshot"),
  /** By path within the folder, with "/". */
  files: z.record(z.string(), checksumSchema),
});

/** Larger files are written once, and replaced as a whole; smaller ones may be added to, and logs of any size. */
const COPIED_BYTES = 2 ** 20;
const LOG = ".jsonl";
const TRIES = 5;

/**
 * Keep the state that a folder has now under `place`, which ends in a slash. Hidden files and folders are left out.
 * @returns as `snapshotHash`; undefined where the folder changed too fast to be looked at; then the state before is
 *   kept.
 * @throws OperationError where the store refuses.
 */
export async function putSnapshot(store: ObjectStore, place: string, directory: string): Promise<string | undefined> {
  const still = join(dirname(directory), `.${basename(directory)}.still`);
  try {
    if (!(await holdStill(directory, still))) return undefined;
    const files: Record<string, Checksum> = {};
    await forEachFile(await filesIn(still, "", isShown), async (path) => {
      const sum = await checksumOf(join(still, path));
      files[path] = sum;
      await store.putOnce(contentName(place, sum), { file: join(still, path) });
    });
    const state = { format: 1, kind: "snapshot", files } satisfies z.input<typeof stateSchema>;
    const put = await store.put(stateName(place), Buffer.from(JSON.stringify(state)));
    await removeOthers(store, place, files);
    return put.sha256;
  } finally {
    await removeDirectory(still);
  }
}

export interface FetchSnapshotOptions {
  /** Done to what was fetched, before it takes its place. */
  readonly prepare?: ((fetched: string) => Promise<void>) | undefined;
}

/**
 * The last state, in the place of what is at `target`.
 * @returns as `snapshotHash`; undefined where there is none, or not all of it.
 * @throws DamagedObjectError; OperationError where disk or store refuse.
 */
export async function fetchSnapshot(
  store: ObjectStore,
  place: string,
  target: string,
  { prepare }: FetchSnapshotOptions = {},
): Promise<string | undefined> {
  const partial = join(dirname(target), `.${basename(target)}.partial`);
  try {
    const hash = await fetchState(store, place, partial);
    if (hash === undefined) return undefined;
    await prepare?.(partial);
    await removeDirectory(target);
    await rename(partial, target);
    return hash;
  } finally {
    await removeDirectory(partial);
  }
}

/** @returns as `fetchSnapshot`. */
async function fetchState(store: ObjectStore, place: string, into: string): Promise<string | undefined> {
  for (let before: string | undefined; ; ) {
    const state = await ifThere(readState(store, place));
    // One whose file is gone, and that is the last one still, is not whole; else another one took its place meanwhile.
    if (state === undefined || state.hash === before) return undefined;
    before = state.hash;
    await removeDirectory(into);
    await mkdir(into, { recursive: true });
    const fetching = forEachFile(Object.entries(state.files), ([path, sum]) =>
      fetchChecked(store, contentName(place, sum), sum, join(into, path)),
    );
    if (await ifThere(fetching.then(() => true))) return state.hash;
  }
}

async function ifThere<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch((error: unknown) => {
    if (error instanceof MissingObjectError) return undefined;
    throw error;
  });
}

/** What tells the state that is kept from every other one; undefined where there is none. */
export async function snapshotHash(store: ObjectStore, place: string): Promise<string | undefined> {
  return (await store.facts(stateName(place)))?.sha256;
}

export async function removeSnapshot(store: ObjectStore, place: string): Promise<void> {
  // First what makes it one.
  await store.remove(stateName(place));
  await removeFolder(store, place);
}

async function readState(
  store: ObjectStore,
  place: string,
): Promise<{ readonly files: Readonly<Record<string, Checksum>>; readonly hash: string }> {
  const name = stateName(place);
  const bytes = await store.get(name);
  const { files } = stateSchema.parse(JSON.parse(Buffer.from(bytes).toString()));
  const outside = Object.keys(files).find((path) => !isWithin(path));
  if (outside === undefined) return { files, hash: sha256(bytes) };
  const expected = "paths within the folder";
  throw new DamagedObjectError(store.address, name, { found: JSON.stringify(outside), expected });
}

/** The folder as it was at one moment: its files are replaced as wholes, so that a second name holds a content. */
async function holdStill(directory: string, still: string): Promise<boolean> {
  for (let tried = 0; tried < TRIES; tried++) {
    await removeDirectory(still);
    const before = await stateOf(directory);
    const isWhole = await copyAll(directory, still, [...before.keys()]);
    if (isWhole && isSame(before, await stateOf(directory))) return true;
  }
  return false;
}

async function copyAll(directory: string, still: string, paths: readonly string[]): Promise<boolean> {
  try {
    for (const path of paths) {
      const [from, to] = [join(directory, path), join(still, path)];
      await mkdir(dirname(to), { recursive: true });
      const { size } = await stat(from);
      if (size < COPIED_BYTES || path.endsWith(LOG)) await copyFile(from, to);
      else await link(from, to).catch(() => copyFile(from, to));
    }
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Files by path, with what tells a file from one that took its place. Files that only grow are the same. */
async function stateOf(directory: string): Promise<ReadonlyMap<string, string>> {
  const paths = await filesIn(directory, "", isShown).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const marks = await Promise.all(
    paths.map(async (path) => [path, String((await stat(join(directory, path)).catch(() => undefined))?.ino)] as const),
  );
  return new Map(marks);
}

function isSame(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size > 0 && a.size === b.size && [...a].every(([path, mark]) => b.get(path) === mark);
}

async function removeOthers(store: ObjectStore, place: string, files: Readonly<Record<string, Checksum>>) {
  const kept = new Set(Object.values(files).map((sum) => contentName(place, sum)));
  for await (const { name } of store.list(`${place}files/`)) if (!kept.has(name)) await store.remove(name);
}

function stateName(place: string): string {
  return `${place}state.json`;
}

function contentName(place: string, sum: Checksum): string {
  return `${place}files/${sum.sha256}`;
}
