// A shell without a process: collects what a command line writes.
import type { Command } from "../../src/cli/command.ts";
import { runShell } from "../../src/cli/shell.ts";

export interface ShellResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ShellOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** What a person types at questions, in turn; afterwards the input has ended. */
  readonly typed?: readonly string[];
  /** Stdout is a terminal. */
  readonly isTTY?: boolean;
}

export async function shell(
  /** A command line with blanks between words, or its words. */
  line: string | readonly string[],
  commands: readonly Command[],
  options: ShellOptions = {},
): Promise<ShellResult> {
  const out: string[] = [];
  const err: string[] = [];
  const words = typeof line === "string" ? line.split(" ").filter(Boolean) : line;
  const code = await runShell(words, commands, {
    stdout: { write: (text) => out.push(text), isTTY: options.isTTY },
    stderr: { write: (text) => err.push(text) },
    environment: options.environment ?? {},
    now: () => performance.now(),
    signal: options.signal ?? new AbortController().signal,
    ask: options.typed && asking(options.typed, err),
  });
  return { code, stdout: out.join(""), stderr: err.join("") };
}

function asking(typed: readonly string[], shown: string[]) {
  const left = [...typed];
  return async (question: string) => {
    shown.push(question);
    return left.shift();
  };
}
