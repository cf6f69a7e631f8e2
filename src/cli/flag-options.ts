// Flags and help lines of one option.
import { Option } from "commander";
import type { Field } from "./fields.ts";

/**
 * Commander's options for `field`; a boolean has `--x` and `--no-x`, and help shows the one that changes the default.
 */
export function flagOptions(field: Field): readonly Option[] {
  const text = helpText(field);
  if (field.kind === "truth" && !field.isList) {
    const off = new Option(`--no-${field.flag.slice(2)}`, negation(field, text)).hideHelp(
      field.default !== true && field.off === undefined,
    );
    return [new Option(field.flag, text).hideHelp(field.default === true), off];
  }
  const option = new Option(`${field.flag} <${field.value}>`, text);
  if (field.isList) option.argParser((word: string, earlier: unknown) => [...((earlier as string[]) ?? []), word]);
  return [option];
}

function helpText(field: Field): string {
  const { description, unit, isList, takesCommas, isRequired, choices, value, absent, default: initial } = field;
  const facts = [
    ...(value === "choice" ? [`one of ${choices.join(", ")}`] : []),
    ...(unit === undefined ? [] : [unit]),
    ...(isList ? [takesCommas ? "repeatable, or with commas between" : "repeatable"] : []),
    ...(isRequired ? ["required"] : []),
    ...defaultWords(initial, absent),
  ];
  return facts.length === 0 ? description : `${description} (${facts.join("; ")})`;
}

function defaultWords(initial: unknown, absent: string | undefined): readonly string[] {
  if (Array.isArray(initial) && initial.length > 0) return [`default: ${initial.join(",")}`];
  if (typeof initial === "number" || (typeof initial === "string" && initial !== "")) return [`default: ${initial}`];
  return absent === undefined ? [] : [`default: ${absent}`];
}

/** `--no-x` in the words of the schema where it has some: "skip the controls". */
function negation({ off }: Field, text: string): string {
  return off ?? `do not: ${text}`;
}
