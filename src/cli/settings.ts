// Where each option's value comes from: flags > environment > file > defaults.
import type { z } from "zod";
import { UsageError } from "../base/errors.ts";
import type { Command } from "./command.ts";
import type { FileValues } from "./config-file.ts";
import { type Field, fieldsOf, kebab, MEANS_MANY_THINGS } from "./fields.ts";

export interface Setting {
  readonly value: unknown;
  /** Such as "flag --k-core", "environment ISRF_K_CORE", "file shop.yaml", "default" or "unset". */
  readonly origin: string;
}

export interface SettingSources {
  /** Words given on the command line, by schema key: text, a list of texts, or a boolean. */
  readonly flags: ReadonlyMap<string, string | boolean | readonly string[]>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly file?: { readonly path: string; readonly values: FileValues } | undefined;
}

/** Every option of `command` with the value that wins and its origin; values are not yet validated. */
export function gatherSettings(command: Command, sources: SettingSources): ReadonlyMap<string, Setting> {
  return new Map(fieldsOf(command.options).map((field) => [field.key, gatherOne(command, field, sources)]));
}

/**
 * The options object that `run` gets.
 * @throws UsageError naming each option that is missing or does not fit, and where its value came from.
 */
export function validateSettings(
  command: Command,
  settings: ReadonlyMap<string, Setting>,
): Readonly<Record<string, unknown>> {
  const given = givenKeys(settings);
  const values = [...settings].filter(([key]) => given.has(key)).map(([key, { value }]) => [key, value]);
  const result = command.options.safeParse(Object.fromEntries(values));
  if (result.success) return result.data;
  const fields = new Map(fieldsOf(command.options).map((field) => [field.key, field]));
  throw new UsageError(result.error.issues.map((issue) => sentence(issue, fields, settings)).join("\n"));
}

/** Keys of the options that somebody set. */
export function givenKeys(settings: ReadonlyMap<string, Setting>): ReadonlySet<string> {
  const isGiven = ({ value, origin }: Setting) => value !== undefined && origin !== "default";
  return new Set([...settings].filter(([, setting]) => isGiven(setting)).map(([key]) => key));
}

/** Keys of the options that stand on the command line. */
export function typedKeys(settings: ReadonlyMap<string, Setting>): ReadonlySet<string> {
  return new Set([...settings].filter(([, { origin }]) => origin.startsWith("flag ")).map(([key]) => key));
}

/** `ISRF_DATA_IMPORT_K_CORE` and `ISRF_K_CORE`, the stronger first. */
export function environmentNames(command: Command, field: Field): readonly [string, string] {
  const option = field.flag.slice(2).replaceAll("-", "_").toUpperCase();
  const path = command.path.join("_").replaceAll("-", "_").toUpperCase();
  return [`ISRF_${path}_${option}`, `ISRF_${option}`];
}

function gatherOne(command: Command, field: Field, { flags, environment, file }: SettingSources): Setting {
  const flag = flags.get(field.key);
  if (flag !== undefined) {
    return {
      value: fromWords(field, flag),
      origin: `flag ${flag === false ? `--no-${field.flag.slice(2)}` : field.flag}`,
    };
  }
  const [own, shared] = environmentNames(command, field);
  for (const name of [own, shared]) {
    const text = environment[name];
    if (text !== undefined && text !== "") {
      if (name === shared && MEANS_MANY_THINGS.has(field.key)) {
        throw new UsageError(
          `${name}: ${field.flag} means different things in different commands. For this one set ${own}.`,
        );
      }
      return {
        value: fromWords(field, field.isList && !field.takesOne ? splitList(text) : text),
        origin: `environment ${name}`,
      };
    }
  }
  if (file?.values.has(field.key)) {
    const value = file.values.get(field.key);
    return { value: field.isList && !Array.isArray(value) ? [value] : value, origin: `file ${file.path}` };
  }
  return { value: field.default, origin: field.default === undefined ? "unset" : "default" };
}

function splitList(text: string): readonly string[] {
  return text.split(",").map((word) => word.trim());
}

/** Command-line words as the kind of value that `field` takes. */
export function fromWords(field: Field, words: string | boolean | readonly string[]): unknown {
  if (typeof words === "boolean") return words;
  if (typeof words === "string") return fromWord(field, words);
  return (field.takesCommas ? words.flatMap(splitList) : words).map((word) => fromWord(field, word));
}

/** A word that does not fit its kind stays text, so that validation can say what it found. */
function fromWord(field: Field, word: string): unknown {
  if (field.kind === "truth") {
    if (/^(true|yes|on|1)$/i.test(word)) return true;
    return /^(false|no|off|0)$/i.test(word) ? false : word;
  }
  const isNumber = word.trim() !== "" && Number.isFinite(Number(word));
  return isNumber && (field.kind === "number" || field.kind === "either") ? Number(word) : word;
}

function sentence(
  issue: z.core.$ZodIssue,
  fields: ReadonlyMap<string, Field>,
  settings: ReadonlyMap<string, Setting>,
): string {
  const key = String(issue.path[0] ?? "");
  const field = fields.get(key);
  if (field === undefined) return issue.message;
  const { value, origin } = settings.get(key)!;
  if (value === undefined) return `${field.flag} <${field.value}> is missing: ${field.description.replace(/\.$/, "")}.`;
  const place = origin.startsWith("flag ") ? field.flag : `${field.flag} (${origin})`;
  const bare = bareWord(field, value);
  if (bare !== undefined) {
    return `${place}: found the ${typeof bare} ${String(bare)}, expected text. Put it in quotes, as in ${kebab(key)}: "${String(bare)}": zeros in front are lost without them.`;
  }
  const unit = field.unit === undefined ? "" : ` (${field.unit})`;
  return `${place}: found ${JSON.stringify(value)}, expected ${expectation(issue, field)}${unit}.`;
}

/** What a settings file gives without quotes where text is meant: `user: 0042` is the number 42 there. */
function bareWord({ kind }: Field, value: unknown): number | boolean | undefined {
  const words: readonly unknown[] = Array.isArray(value) ? value : [value];
  return kind === "text" ? words.find((word) => typeof word === "number" || typeof word === "boolean") : undefined;
}

/** zod's "Invalid input: expected number, received string" and its kin, in our order of words. */
function expectation(issue: z.core.$ZodIssue, field: Field): string {
  if (issue.code === "invalid_value" && field.choices.length > 0) return `one of ${field.choices.join(", ")}`;
  return issue.message.replace(/^[^:]*: expected /, "").replace(/, received .*$/, "");
}
