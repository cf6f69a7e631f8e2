// Where workers find folders and files that a job names: by path on this machine, or in the object store.
import { basename, join, resolve } from "node:path";
import { z } from "zod";
import { sha256File } from "../../base/files.ts";
import { fetchFolder, type ObjectStore, publishFolder } from "../../objects/index.ts";

export const folderSchema = z.union([z.strictObject({ path: z.string() }), z.strictObject({ folder: z.string() })]);
export const fileSchema = z.union([z.strictObject({ path: z.string() }), z.strictObject({ object: z.string() })]);

export type FolderPlace = z.output<typeof folderSchema>;
export type FilePlace = z.output<typeof fileSchema>;

/**
 * Puts a run or a dataset where workers find it: into `objects`, where it is not there yet; undefined: they share this
 * disk.
 */
export async function placeFolder(path: string, objects: ObjectStore | undefined): Promise<FolderPlace> {
  if (objects === undefined) return { path: resolve(path) };
  return { folder: (await publishFolder(objects, path, { includes: isAsked })).hash };
}

/** Similar users beside vectors are for trainings, which run where the dataset lies. */
function isAsked(path: string): boolean {
  return !/^embeddings\/[^/]+\/similar-users\//.test(path);
}

/** As `placeFolder`. The name keeps its ending, which says how the file is read. */
export async function placeFile(path: string, objects: ObjectStore | undefined): Promise<FilePlace> {
  if (objects === undefined) return { path: resolve(path) };
  const object = `files/${await sha256File(path)}/${basename(path).replace(/[^A-Za-z0-9._=-]|^\./g, "_")}`;
  await objects.putOnce(object, { file: path });
  return { object };
}

/**
 * Its path here, fetched into `cache` where it is not.
 * @throws OperationError where the store refuses or lacks it.
 */
export function folderHere(place: FolderPlace, objects: ObjectStore, cache: string): Promise<string> {
  return "path" in place ? Promise.resolve(place.path) : fetchFolder(objects, place.folder, join(cache, "folders"));
}

/** As `folderHere`. */
export async function fileHere(place: FilePlace, objects: ObjectStore, cache: string): Promise<string> {
  if ("path" in place) return place.path;
  const path = join(cache, place.object);
  await objects.fetch(place.object, path);
  return path;
}
