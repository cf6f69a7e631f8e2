// The process around the shell: streams, signals, exit code.
import { reasonOf } from "../base/system-errors.ts";
import { askAt } from "./ask-at-terminal.ts";
import type { Command } from "./command.ts";
import { EXIT } from "./exit.ts";
import type { TextStream } from "./io.ts";
import { fail, runShell } from "./shell.ts";
import { progressStream, ResultStream } from "./standard-streams.ts";

/** Run this process's command line and set its exit code. Call once. */
export async function runProcess(commands: readonly Command[]): Promise<void> {
  const stdout = new ResultStream(process.stdout);
  const stderr = progressStream(process.stderr);
  const io = {
    stdout,
    stderr,
    environment: process.env,
    now: () => performance.now(),
    signal: signalOfProcess(stderr),
    ask: hasPerson() ? askAt({ input: process.stdin, output: process.stderr }) : undefined,
  };
  // An error in a corner that nobody awaits ends the process as any other does, without Node's trace.
  process.on("uncaughtException", (error) => process.exit(fail(error, io)));
  if (process.env.ISRF_DEBUG !== "1") process.removeAllListeners("warning"); // Node's own are for developers.
  const code = await runShell(process.argv.slice(2), commands, io);
  const unwritten = await stdout.settled();
  process.exitCode = unwritten === undefined || code !== EXIT.done ? code : unwrittenResult(unwritten, stderr);
}

function hasPerson(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** A reader that has seen enough (`isrf ... | head`) needs no words; whatever else keeps the result is said. */
function unwrittenResult(error: NodeJS.ErrnoException, stderr: TextStream): number {
  if (error.code === "EPIPE") return EXIT.unread;
  stderr.write(`error: stdout: the result could not be written (${reasonOf(error)}).\n`);
  return EXIT.failed;
}

/** Fires with the reason "SIGINT" or "SIGTERM" at the first such signal; the second ends the process. */
function signalOfProcess(stderr: TextStream): AbortSignal {
  const controller = new AbortController();
  const stop = (name: "SIGINT" | "SIGTERM") => {
    if (controller.signal.aborted) process.exit(name === "SIGINT" ? EXIT.interrupted : EXIT.terminated);
    stderr.write("\nstopping at the next safe point; once more to stop at once\n");
    controller.abort(name);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return controller.signal;
}
