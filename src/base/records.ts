// Records on disk, read with the shape they must have: what comes from a file is unknown until it was looked at.
import { z } from "zod";
import { InputError } from "./errors.ts";
import { readJson } from "./files.ts";

/** What a record should be, in words, and what to do where it is not. */
export interface RecordWords {
  readonly expected: string;
  readonly todo?: string | undefined;
}

/** A JSON file as `shape` reads it. @throws InputError when it is absent, no JSON, or of another shape. */
export async function readRecord<S extends z.ZodType>(path: string, shape: S, words: RecordWords): Promise<z.infer<S>> {
  return asRecord(path, await readJson(path), shape, words);
}

/** `value` from the file `path` as `shape` reads it. @throws InputError naming the file and the first thing wrong. */
export function asRecord<S extends z.ZodType>(path: string, value: unknown, shape: S, words: RecordWords): z.infer<S> {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const found = z.prettifyError(parsed.error).replace(/\s*\n\s*/g, " ");
  throw new InputError({ where: path, found, ...words });
}
