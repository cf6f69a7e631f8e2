// One command line from words to exit code. Everything it touches comes in through `ShellIo`.
import pc from "picocolors";
import { type Choice, Doubt } from "../base/doubt.ts";
import { OperationError, UsageError } from "../base/errors.ts";
import { askWhich } from "./ask-doubts.ts";
import type { Command, CommandOutput } from "./command.ts";
import { readConfigFile } from "./config-file.ts";
import { unreadNames } from "./environment-names.ts";
import { cancellationText, EXIT, errorText, exitCode, isCancellation } from "./exit.ts";
import { kebab } from "./fields.ts";
import type { ShellIo } from "./io.ts";
import { toJsonLine } from "./json.ts";
import { type GlobalFlags, type Invocation, parseArguments } from "./program.ts";
import { ProgressPrinter } from "./progress-printer.ts";
import { gatherSettings, givenKeys, type Setting, typedKeys, validateSettings } from "./settings.ts";
import { visible } from "./text.ts";

/** Run one command line; never throws and never exits. */
export async function runShell(argv: readonly string[], commands: readonly Command[], io: ShellIo): Promise<number> {
  try {
    const parsed = await parseArguments(argv, commands);
    if (parsed.kind === "run") return await execute(parsed.invocation, commands, io);
    io.stdout.write(`${visible(parsed.text)}\n`);
    return EXIT.done;
  } catch (error) {
    return fail(error, io);
  }
}

async function execute(invocation: Invocation, commands: readonly Command[], io: ShellIo): Promise<number> {
  const globals = withEnvironment(invocation.globals, io);
  const printer = new ProgressPrinter({
    stream: io.stderr,
    quiet: globals.quiet === true,
    now: io.now,
    isDumb: io.environment.TERM === "dumb",
  });
  for (const message of unreadNames(io.environment, commands)) printer.report({ kind: "warning", message });
  const settings = await settingsOf(invocation, globals, commands, io);
  if (globals.printConfig) {
    await show(configOutput(invocation.command, settings), globals, io);
    return EXIT.done;
  }
  try {
    const ask = globals.json || globals.quiet ? undefined : io.ask;
    const output = await runAsking(invocation, settings, {
      printer,
      signal: io.signal,
      ask,
      isAscii: asksForAscii(io.environment),
    });
    if (output.pieces === undefined) printer.finish();
    else if (io.stdout.isTTY === true && !globals.json) printer.holdSteps();
    await show(output, globals, io);
    printer.finish();
    if (output.error !== undefined) return fail(output.error, io);
    return output.failure === undefined ? EXIT.done : fail(new OperationError(output.failure), io);
  } catch (error) {
    printer.finish();
    return fail(error, io);
  }
}

interface Surroundings {
  readonly printer: ProgressPrinter;
  readonly signal: AbortSignal;
  readonly ask: ShellIo["ask"];
  readonly isAscii: boolean;
}

/** Run the command; what the data do not tell is asked where somebody can answer, and the command begins again. */
async function runAsking(
  invocation: Invocation,
  settings: ReadonlyMap<string, Setting>,
  { printer, signal, ask, isAscii }: Surroundings,
): Promise<CommandOutput> {
  const answers: Choice[] = [];
  for (let current = settings; ; current = withAnswer(current, answers.at(-1)!)) {
    try {
      const [given, typed] = [givenKeys(current), typedKeys(current)];
      const context = { report: printer.report, signal, given, typed, isAscii };
      const output = await runCommand(invocation, current, context);
      if (answers.length > 0) {
        const flags = answers.map(({ flag }) => flag).join(" ");
        printer.report({ kind: "notice", message: `The same without a question: ${flags}` });
      }
      return output;
    } catch (error) {
      if (!(error instanceof Doubt) || ask === undefined) throw error;
      printer.finish();
      const choice = await askWhich(error, ask);
      if (choice === undefined) throw error;
      answers.push(choice);
    }
  }
}

function withAnswer(settings: ReadonlyMap<string, Setting>, { options }: Choice): ReadonlyMap<string, Setting> {
  const answered = Object.entries(options).map(([key, answer]) => {
    const value = beside(settings.get(key)?.value, answer);
    return [key, { value, origin: "answer" }] as const;
  });
  return new Map([...settings, ...answered]);
}

/** Lists are of several files: an answer about one leaves what was said of the others. */
function beside(said: unknown, answer: unknown): unknown {
  return Array.isArray(answer) && said !== undefined ? [said, answer].flat() : answer;
}

async function show(output: CommandOutput, { json: isJson }: GlobalFlags, io: ShellIo): Promise<void> {
  const { stdout } = io;
  const { json, text, pieces, isSpoken, isData } = output;
  if (isSpoken) return;
  const shown = isData && stdout.isTTY !== true ? (words: string) => words : visible;
  if (pieces === undefined) {
    stdout.write(`${isJson ? toJsonLine(json) : shown(text)}\n`);
    return;
  }
  const values: unknown[] = [];
  for await (const piece of pieces) {
    if (isJson) values.push(piece.json);
    // Nobody reads on (`isrf ... | head`): the rest is not worked out.
    else if ((await stdout.write(shown(piece.text))) === false) return;
  }
  if (isJson) stdout.write(`${visible(toJsonLine(values))}\n`);
}

async function runCommand(
  { command, words }: Invocation,
  settings: ReadonlyMap<string, Setting>,
  context: Parameters<Command["run"]>[1],
): Promise<CommandOutput> {
  requireArguments(command, words);
  return command.run({ arguments: words, options: validateSettings(command, settings) }, context);
}

function requireArguments(command: Command, words: Invocation["words"]): void {
  for (const { name, description, required } of command.arguments) {
    const value = words[name];
    if (required && (value === undefined || value.length === 0)) {
      throw new UsageError(
        `isrf ${command.path.join(" ")}: <${name}> is missing: ${description}. For example: ${command.examples[0]}`,
      );
    }
  }
}

/** A locale that is not named at all says nothing. */
function asksForAscii({ TERM, LC_ALL, LC_CTYPE, LANG }: ShellIo["environment"]): boolean {
  const locale = LC_ALL || LC_CTYPE || LANG || undefined;
  return TERM === "dumb" || (locale !== undefined && !/utf-?8/i.test(locale));
}

/** `ISRF_JSON`, `ISRF_QUIET` and `ISRF_CONFIG` stand in for flags that were not given. */
function withEnvironment(globals: GlobalFlags, { environment }: ShellIo): GlobalFlags {
  const isOn = (name: string) => /^(1|true|yes|on)$/i.test(environment[name] ?? "");
  return {
    printConfig: globals.printConfig,
    json: globals.json ?? isOn("ISRF_JSON"),
    quiet: globals.quiet ?? isOn("ISRF_QUIET"),
    config: globals.config ?? (environment.ISRF_CONFIG || undefined),
  };
}

async function settingsOf(
  { command, flags }: Invocation,
  { config }: GlobalFlags,
  commands: readonly Command[],
  { environment }: ShellIo,
): Promise<ReadonlyMap<string, Setting>> {
  if (config === undefined) return gatherSettings(command, { flags, environment });
  const values = await readConfigFile(config, command, commands);
  return gatherSettings(command, { flags, environment, file: { path: config, values } });
}

function configOutput(command: Command, settings: ReadonlyMap<string, Setting>): CommandOutput {
  const json = { command: command.path.join(" "), settings: Object.fromEntries(settings) };
  const shown = [...settings].map(
    ([key, { value, origin }]) => [kebab(key), JSON.stringify(value) ?? "-", origin] as const,
  );
  const widths = [0, 1].map((column) => Math.max(0, ...shown.map((row) => row[column as 0 | 1].length)));
  const lines = shown.map(
    ([key, value, origin]) => `${key.padEnd(widths[0]!)}  ${value.padEnd(widths[1]!)}  ${origin}`,
  );
  return { json, text: lines.length === 0 ? "This command has no options of its own." : lines.join("\n") };
}

/** Say why the work failed; returns the exit code. */
export function fail(error: unknown, io: Pick<ShellIo, "stderr" | "environment" | "signal">): number {
  const code = exitCode(error);
  // Work cut short often ends in an error of its own kind: the reason is still the signal.
  if (isCancellation(error) || (io.signal.aborted && code === EXIT.failed)) {
    io.stderr.write(`${visible(cancellationText(error))}\n`);
    return io.signal.reason === "SIGTERM" ? EXIT.terminated : EXIT.interrupted;
  }
  const label = io.stderr.isTTY === true ? pc.red("error:") : "error:";
  io.stderr.write(`${label} ${visible(errorText(error, { debug: io.environment.ISRF_DEBUG === "1" }))}\n`);
  return code;
}
