// `--set key=value` words, typed by the schema of the system that will read them.
import type { z } from "zod";
import { didYouMean, UsageError } from "../base/errors.ts";
import { fieldsOf } from "./fields.ts";
import { fromWords } from "./settings.ts";

/** One `key=value` word, or a map of keys to values as settings files hold them. */
export type Assignment = string | Readonly<Record<string, unknown>>;

/**
 * Option values by schema key; later ones win. Values of words become numbers and booleans where `schema` wants them;
 * whether they fit is for the schema to say.
 * @throws UsageError for a word without "=" and for a key that `schema` does not have.
 */
export function readAssignments(assignments: readonly Assignment[], schema: z.ZodObject): Record<string, unknown> {
  const fields = new Map(fieldsOf(schema).map((field) => [field.key, field]));
  const values: Record<string, unknown> = {};
  for (const [key, value] of assignments.flatMap(entriesOf)) {
    const field = fields.get(key);
    if (field === undefined) {
      const hint = didYouMean(key, [...fields.keys()]);
      throw new UsageError(`--set ${key}: no such option.${hint} "isrf models NAME" lists the options of a model.`);
    }
    values[key] = typeof value === "string" ? fromWords(field, value) : value;
  }
  return values;
}

function entriesOf(assignment: Assignment): [string, unknown][] {
  if (typeof assignment !== "string") return Object.entries(assignment);
  const at = assignment.indexOf("=");
  if (at < 1) throw new UsageError(`--set ${assignment}: expected key=value, such as --set epochs=5.`);
  return [[assignment.slice(0, at).trim(), assignment.slice(at + 1)]];
}
