// Settings of a verb: a schema says which there are, what they mean and what holds where nothing is given.
import type { z } from "zod";
import { UsageError } from "./errors.ts";

/** What callers give: every setting with a default may be left out, or be undefined. */
export type Given<S extends z.ZodObject> = Readonly<z.input<S>>;

/**
 * The settings of `schema` in `given`, with their defaults; other keys are left aside.
 * @throws UsageError naming the settings that do not fit.
 */
export function settingsOf<S extends z.ZodObject>(verb: string, schema: S, given: Given<S>): z.output<S> {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const values = given as Readonly<Record<string, unknown>>;
  const found = result.error.issues.map(({ path: [key = ""], message }) => {
    return `${String(key)} ${JSON.stringify(values[String(key)])}: ${message}`;
  });
  throw new UsageError(`${verb}: ${found.join("; ")}.`);
}
