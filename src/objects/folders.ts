// Folders in an object store: how workers elsewhere get a dataset or a run. Each file lies under the hash of its
// content, so that what is there already is not sent again; a list names them, and its hash names the folder.
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type Checksum, checksumOf, checksumSchema } from "../base/checksums.ts";
import { exists, sha256 } from "../base/files.ts";
import { withLock } from "../base/lock.ts";
import { namingPlace } from "../base/system-errors.ts";
import { fetchChecked, filesIn, forEachFile, isHidden, isShown, isWithin, otherContent } from "./folder-files.ts";
import { DamagedObjectError, type ObjectStore } from "./store.ts";

const listSchema = z.strictObject({
  format: z.literal(1),
  kind: z.literal("folder"),
  /** By path within the folder, with "/". */
  files: z.record(z.string(), checksumSchema),
});

export interface PublishedFolder {
  /** Names the folder: of the list of its files and their contents. */
  readonly hash: string;
  readonly files: number;
  readonly bytes: number;
  /** Files that were not there yet. */
  readonly sent: number;
}

export interface PublishOptions {
  /** Which files belong to it, by path within the folder; default all. Hidden files and folders never do. */
  readonly includes?: ((path: string) => boolean) | undefined;
}

/** Another process of this machine fetches the same. */
const FETCH_WAIT_MS = 3_600_000;

/**
 * Put a folder into a store, for `fetchFolder`. Nobody may change it meanwhile.
 * @throws OperationError where a file cannot be read or the store refuses.
 */
export async function publishFolder(
  store: ObjectStore,
  directory: string,
  { includes = () => true }: PublishOptions = {},
): Promise<PublishedFolder> {
  const paths = (await namingPlace(directory, () => filesIn(directory, "", isShown))).filter(includes).sort();
  const files: Record<string, Checksum> = {};
  let sent = 0;
  await forEachFile(paths, async (path) => {
    const file = join(directory, path);
    const sum = await namingPlace(file, () => checksumOf(file));
    files[path] = sum;
    if (await store.putOnce(contentName(sum), { file })) sent++;
  });
  const sorted = Object.fromEntries(paths.map((path) => [path, files[path]!]));
  const list = JSON.stringify({ format: 1, kind: "folder", files: sorted } satisfies z.input<typeof listSchema>);
  const hash = sha256(list);
  await store.putOnce(listName(hash), Buffer.from(list));
  return { hash, files: paths.length, bytes: Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0), sent };
}

/**
 * A published folder on this machine: `cacheDirectory/HASH`, whole or absent. What a killed process fetched is not
 * fetched again.
 * @returns its path. @throws MissingObjectError; DamagedObjectError; OperationError where disk or store refuse.
 */
export async function fetchFolder(store: ObjectStore, hash: string, cacheDirectory: string): Promise<string> {
  const target = join(cacheDirectory, hash);
  if (await exists(target)) return target;
  const lock = { command: "fetch", waitMs: FETCH_WAIT_MS };
  await withLock(join(cacheDirectory, `.${hash}.lock`), lock, async () => {
    if (await exists(target)) return;
    const partial = join(cacheDirectory, `.${hash}.partial`);
    await namingPlace(partial, () => mkdir(partial, { recursive: true }));
    await forEachFile(Object.entries(await listed(store, hash)), async ([path, sum]) => {
      const file = join(partial, path);
      if (await exists(file)) return;
      await fetchChecked(store, contentName(sum), sum, file);
    });
    // What a killed process was fetching.
    for (const path of await filesIn(partial, "", isHidden)) await rm(join(partial, path));
    await namingPlace(target, () => rename(partial, target));
  });
  return target;
}

async function listed(store: ObjectStore, hash: string): Promise<Readonly<Record<string, Checksum>>> {
  const name = listName(hash);
  const bytes = await store.get(name);
  const found = sha256(bytes);
  if (found !== hash) throw otherContent(store, name, found, hash);
  const list = listSchema.parse(JSON.parse(Buffer.from(bytes).toString()));
  const outside = Object.keys(list.files).find((path) => !isWithin(path));
  if (outside === undefined) return list.files;
  const expected = "paths within the folder";
  throw new DamagedObjectError(store.address, name, { found: JSON.stringify(outside), expected });
}

function listName(hash: string): string {
  return `folders/${hash}.json`;
}

function contentName({ sha256: hash }: Checksum): string {
  return `contents/${hash.slice(0, 2)}/${hash}`;
}
