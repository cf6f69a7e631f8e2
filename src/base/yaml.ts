// Settings and prompts as people write them.
import { parseDocument } from "yaml";

/** Thousands of times what people write. */
const MAX_MIB = 1;

/**
 * The value of a YAML or JSON text; null for an empty one. @throws Error in one line, for whatever is not plain data.
 */
export function parseYaml(text: string): unknown {
  if (text.length > MAX_MIB << 20) throw new Error(`more than ${MAX_MIB} MiB of text`);
  const document = parseDocument(text);
  const flaw = document.errors[0] ?? document.warnings[0];
  if (flaw !== undefined) throw new Error(flaw.message.split("\n")[0], { cause: flaw });
  const value: unknown = document.toJS();
  if (holdsItself(value)) throw new Error("a value that holds itself");
  return value;
}

function holdsItself(value: unknown, around: readonly unknown[] = []): boolean {
  if (typeof value !== "object" || value === null) return false;
  return around.includes(value) || Object.values(value).some((each) => holdsItself(each, [...around, value]));
}
