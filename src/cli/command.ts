// The contract every command file follows: one object per command, listed in `commands/index.ts`. The shell owns
// parsing, settings, progress, output and exit codes; a command parses nothing and prints nothing.
//
// To keep `isrf --help` quick, `run` loads its stage with `await import("../../pipeline/...")`: native parts
// (DuckDB, onnxruntime) then load only when they are used.
import type { z } from "zod";
import type { Report } from "../base/progress.ts";

/** A positional argument: `{ name: "dir", description: "dataset directory", required: true }`. */
export interface ArgumentSpec {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** Takes all remaining words, as a list; only for the last argument. */
  readonly variadic?: boolean | undefined;
}

export interface CommandContext {
  /** Progress and messages; shown on stderr. */
  readonly report: Report;
  /** Fires on SIGINT or SIGTERM. Stop at the next safe point and throw `CancelledError`. */
  readonly signal: AbortSignal;
  /** Keys of the options that the user set, by flag, environment or file: the others hold their defaults. */
  readonly given: ReadonlySet<string>;
  /** Those of them that stand on the command line. */
  readonly typed: ReadonlySet<string>;
  /** The terminal asks for ASCII alone: its TERM is "dumb", or its locale has another encoding than UTF-8. */
  readonly isAscii: boolean;
}

/** One of many results. */
export interface OutputPiece {
  readonly json: unknown;
  /** With its line end. */
  readonly text: string;
}

export interface CommandOutput {
  /** What `--json` prints as the last line of stdout: full values, nothing rounded. */
  readonly json: unknown;
  /** What a person reads, without a trailing newline. Pass texts from data through `printable` (text.ts). */
  readonly text: string;
  /**
   * Results that come one by one, instead of `json` and `text`: texts are written as they come, `--json` prints one
   * list of all.
   */
  readonly pieces?: AsyncIterable<OutputPiece> | undefined;
  /**
   * Texts are for programs (CSV, JSON lines, LaTeX): a file or a pipe gets them as they are, since an id that is
   * spelled otherwise is another id. At a terminal they are made safe as all others.
   */
  readonly isData?: boolean | undefined;
  /** Stdout belonged to a protocol: neither `json` nor `text` is written. */
  readonly isSpoken?: boolean | undefined;
  /** Why the work failed although there is something to show: goes to stderr, with exit code 1. */
  readonly failure?: string | undefined;
  /** What ended the work, where there is something to show all the same: told as if it had been thrown. */
  readonly error?: unknown;
}

type ArgumentValue<A extends ArgumentSpec> = A extends { variadic: true }
  ? readonly string[]
  : A extends { required: true }
    ? string
    : string | undefined;

type ArgumentValues<A extends readonly ArgumentSpec[]> = {
  readonly [Spec in A[number] as Spec["name"]]: ArgumentValue<Spec>;
};

export interface CommandDefinition<A extends readonly ArgumentSpec[], O extends z.ZodObject> {
  /** Words typed after `isrf`: `["data", "import"]`. */
  readonly path: readonly string[];
  /** One line for the list of commands. */
  readonly summary: string;
  /** Shown by the command's own `--help`; may have several lines. */
  readonly description: string;
  /** Complete command lines that parse as they stand: `isrf data import --dir beauty --out shop`. */
  readonly examples: readonly string[];
  readonly arguments: A;
  /**
   * One field per option: `kCore: z.number().int().default(5).describe("...").meta({ unit: "interactions" })` becomes
   * `--k-core <number>`. Understood: booleans, numbers, strings, enums, literals, unions of these, and arrays of them
   * (repeatable flags); optional, default, nullable and refinements on top. `.meta()` may carry `unit`,
   * `value` (placeholder in help, such as "DIR"), `absent` (what holds while it is unset) and `off` (what `--no-x`
   * does); call it after `.describe()`, last. `json`, `quiet`, `config`, `printConfig`
   * and `help` belong to the shell.
   */
  readonly options: O;
  run(
    input: { readonly arguments: ArgumentValues<A>; readonly options: z.output<O> },
    context: CommandContext,
  ): Promise<CommandOutput>;
}

/** A command whose argument and option types the shell need not know. */
export interface Command extends Omit<CommandDefinition<readonly ArgumentSpec[], z.ZodObject>, "run"> {
  /** `options` are already validated by the command's own schema. */
  run(
    input: {
      readonly arguments: Readonly<Record<string, string | readonly string[] | undefined>>;
      readonly options: Readonly<Record<string, unknown>>;
    },
    context: CommandContext,
  ): Promise<CommandOutput>;
}

/**
 * Gives `run` typed arguments and options.
 *
 * ```ts
 * export const statsCommand = defineCommand({
 *   path: ["data", "stats"],
 *   summary: "print the figures of a dataset",
 *   description: "Prints users, items, interactions and how well the catalogue is filled.",
 *   examples: ["isrf data stats shop"],
 *   arguments: [{ name: "dir", description: "dataset directory", required: true }],
 *   options: z.object({ top: z.number().int().min(1).default(10).describe("longest histories to list") }),
 *   async run({ arguments: { dir }, options }, { report, signal }) { ... return { json, text }; },
 * });
 * ```
 */
export function defineCommand<const A extends readonly ArgumentSpec[], O extends z.ZodObject>(
  definition: CommandDefinition<A, O>,
): Command {
  // Safe: the shell builds `input` from this very definition's arguments and parses it with its schema.
  return definition as unknown as Command;
}

/**
 * `given` as the options of the function that takes them: a key that it does not know is a type error, spread in or
 * not.
 *
 *   await recommend(run, exact({ ...options, signal }));
 */
export function exact<Target, Passed extends Target>(
  given: Passed & { readonly [Key in Exclude<keyof Passed, keyof NonNullable<Target>>]: never },
): Target {
  return given;
}

/** `options` without those that hold their defaults. */
export function onlyGiven<O extends object>(options: O, given: ReadonlySet<string>): Partial<O> {
  return Object.fromEntries(Object.entries(options).filter(([key]) => given.has(key))) as Partial<O>;
}
