// What is asked of a run, as a record that workers read: its options, and where run, dataset and files lie.
import { basename, join, resolve } from "node:path";
import { z } from "zod";
import { sha256File } from "../../../base/files.ts";
import { fetchFolder, type ObjectStore, publishFolder } from "../../../objects/index.ts";
import { FILE_FORMATS, recommendEachSettings } from "../settings.ts";
import type { Settled } from "../settled.ts";

/** On this machine, or in the object store. */
const folderSchema = z.union([z.strictObject({ path: z.string() }), z.strictObject({ folder: z.string() })]);
const fileSchema = z.union([z.strictObject({ path: z.string() }), z.strictObject({ object: z.string() })]);

/** Options that name files. */
const FILES = ["usersFile", "excludeFile", "available"] as const;

const optionsSchema = recommendEachSettings.omit({ dataset: true, threads: true });

const questionSchema = z.object({
  run: folderSchema,
  dataset: folderSchema,
  files: z.partialRecord(z.enum(FILES), fileSchema),
  options: optionsSchema,
  format: z.enum(FILE_FORMATS),
});

export type Question = z.output<typeof questionSchema>;

/** Where a question's folders and files are on this machine. */
export interface LocalQuestion {
  readonly run: string;
  readonly options: Omit<z.output<typeof recommendEachSettings>, "threads">;
  readonly format: Question["format"];
}

interface AskedOf {
  readonly run: string;
  readonly dataset: string;
}

/** For workers of this machine: by paths. */
export function localQuestion({ run, dataset }: AskedOf, settled: Settled): Question {
  const files = FILES.flatMap((name) => {
    const path = settled[name];
    return path === undefined ? [] : [[name, { path: resolve(path) }] as const];
  });
  return question({ path: resolve(run) }, { path: resolve(dataset) }, Object.fromEntries(files), settled);
}

/** For workers anywhere: everything it names is put into `objects`, where it is not there yet. */
export async function publishedQuestion(
  objects: ObjectStore,
  { run, dataset }: AskedOf,
  settled: Settled,
): Promise<Question> {
  const folders = [await publishFolder(objects, run), await publishFolder(objects, dataset)];
  const files: Record<string, { readonly object: string }> = {};
  for (const name of FILES) {
    const file = settled[name];
    if (file === undefined) continue;
    // Its ending says how it is read.
    const object = `files/${await sha256File(file)}/${basename(file).replace(/[^A-Za-z0-9._=-]|^\./g, "_")}`;
    await objects.putOnce(object, { file });
    files[name] = { object };
  }
  return question({ folder: folders[0]!.hash }, { folder: folders[1]!.hash }, files, settled);
}

export function questionOf(content: Uint8Array): Question {
  return questionSchema.parse(JSON.parse(Buffer.from(content).toString()));
}

/** Fetches what is not here. @throws OperationError where the store refuses or lacks it. */
export async function hereOf(question: Question, objects: ObjectStore, cache: string): Promise<LocalQuestion> {
  const folder = (place: z.output<typeof folderSchema>) =>
    "path" in place ? Promise.resolve(place.path) : fetchFolder(objects, place.folder, join(cache, "folders"));
  const file = async (place: z.output<typeof fileSchema>): Promise<string> => {
    if ("path" in place) return place.path;
    const path = join(cache, place.object);
    await objects.fetch(place.object, path);
    return path;
  };
  const files: Record<string, string> = {};
  for (const [name, place] of Object.entries(question.files)) if (place !== undefined) files[name] = await file(place);
  const [run, dataset] = [await folder(question.run), await folder(question.dataset)];
  return { run, options: { ...question.options, ...files, dataset }, format: question.format };
}

function question(
  run: Question["run"],
  dataset: Question["dataset"],
  files: Question["files"],
  settled: Settled,
): Question {
  return { run, dataset, files, options: optionsSchema.parse(settled), format: settled.format };
}
