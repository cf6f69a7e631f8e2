// What is asked of a run, as a record that workers read: its options, and where run, dataset and files lie.
import { z } from "zod";
import type { ObjectStore } from "../../../objects/index.ts";
import { fileHere, fileSchema, folderHere, folderSchema, placeFile, placeFolder } from "../../work/places.ts";
import { FILE_FORMATS, recommendEachSettings } from "../settings.ts";
import type { Settled } from "../settled.ts";

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

/** `objects` gets what it names, for workers elsewhere; undefined: they share this disk. */
export async function placedQuestion(
  { run, dataset }: AskedOf,
  settled: Settled,
  objects: ObjectStore | undefined,
): Promise<Question> {
  const files: Question["files"] = {};
  for (const name of FILES) {
    const file = settled[name];
    if (file !== undefined) files[name] = await placeFile(file, objects);
  }
  return {
    run: await placeFolder(run, objects),
    dataset: await placeFolder(dataset, objects),
    files,
    options: optionsSchema.parse(settled),
    format: settled.format,
  };
}

export function questionOf(content: Uint8Array): Question {
  return questionSchema.parse(JSON.parse(Buffer.from(content).toString()));
}

/** Fetches what is not here. @throws OperationError where the store refuses or lacks it. */
export async function hereOf(question: Question, objects: ObjectStore, cache: string): Promise<LocalQuestion> {
  const files: Record<string, string> = {};
  for (const [name, place] of Object.entries(question.files))
    if (place !== undefined) files[name] = await fileHere(place, objects, cache);
  const run = await folderHere(question.run, objects, cache);
  const dataset = await folderHere(question.dataset, objects, cache);
  return { run, options: { ...question.options, ...files, dataset }, format: question.format };
}
