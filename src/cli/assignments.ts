// `--set key=value` words, typed by the schema of the system that will read them.
import { UsageError } from "../base/errors.ts";
import { aliases, type OptionSchema } from "../recommenders/options/index.ts";
import { fieldsOf } from "./fields.ts";
import { fromWords } from "./settings.ts";

/** One `key=value` word, or a map of keys to values as settings files hold them. */
export type Assignment = string | Readonly<Record<string, unknown>>;

/**
 * Option values by name; later ones win. Values of words become numbers and booleans where the option takes them.
 * Whether they fit, and what to say of a name that is no option, is for the model to decide.
 * @throws UsageError for a word without "=".
 */
export function readAssignments(
  assignments: readonly Assignment[],
  schema: Pick<OptionSchema, "shape">,
): Record<string, unknown> {
  const fields = new Map(fieldsOf(schema).map((field) => [field.key, field]));
  const own = aliases(schema);
  const typed = assignments.flatMap(entriesOf).map(([name, value]) => {
    const field = fields.get(own.get(name) ?? name);
    return [name, typeof value === "string" && field !== undefined ? fromWords(field, value) : value];
  });
  return Object.fromEntries(typed);
}

function entriesOf(assignment: Assignment): [string, unknown][] {
  if (typeof assignment !== "string") return Object.entries(assignment);
  const at = assignment.indexOf("=");
  if (at < 1) throw new UsageError(`--set ${assignment}: expected key=value, such as --set epochs=5.`);
  return [[assignment.slice(0, at).trim(), assignment.slice(at + 1)]];
}
