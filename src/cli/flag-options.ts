// Flags and help lines of one option.
import { Option } from "commander";
import type { Field } from "./fields.ts";

/**
 * Commander's options for `field`; a boolean has `--x` and `--no-x`, and help shows the one that changes the default.
 */
export function flagOptions(field: Field): readonly Option[] {
  const text = helpText(field);
  if (field.kind === "truth" && !field.isList) {
    const off = new Option(`--no-${field.flag.slice(2)}`, `turn off: ${text}`).hideHelp(field.default !== true);
    return [new Option(field.flag, text).hideHelp(field.default === true), off];
  }
  const option = new Option(`${field.flag} <${field.value}>`, text);
  if (field.isList) option.argParser((word: string, earlier: unknown) => [...((earlier as string[]) ?? []), word]);
  return [option];
}

function helpText({ description, unit, isList, isRequired, choices, value, default: initial }: Field): string {
  const facts = [
    ...(value === "choice" ? [`one of ${choices.join(", ")}`] : []),
    ...(unit === undefined ? [] : [unit]),
    ...(isList ? ["repeatable"] : []),
    ...(isRequired ? ["required"] : []),
    ...(isPlainDefault(initial) ? [`default: ${initial}`] : []),
  ];
  return facts.length === 0 ? description : `${description} (${facts.join("; ")})`;
}

function isPlainDefault(value: unknown): value is string | number {
  return typeof value === "number" || (typeof value === "string" && value !== "");
}
