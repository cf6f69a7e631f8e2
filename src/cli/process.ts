// The process around the shell: streams, signals, exit code.
import type { Command } from "./command.ts";
import { EXIT } from "./exit.ts";
import { runShell } from "./shell.ts";

/** Run this process's command line and set its exit code. Call once. */
export async function runProcess(commands: readonly Command[]): Promise<void> {
  surviveClosedPipes();
  process.exitCode = await runShell(process.argv.slice(2), commands, {
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    now: () => performance.now(),
    signal: signalOfProcess(),
  });
}

/** Fires with the reason "SIGINT" or "SIGTERM" at the first such signal; the second ends the process. */
function signalOfProcess(): AbortSignal {
  const controller = new AbortController();
  const stop = (name: "SIGINT" | "SIGTERM") => {
    if (controller.signal.aborted) process.exit(name === "SIGINT" ? EXIT.interrupted : EXIT.terminated);
    process.stderr.write("\nstopping at the next safe point; once more to stop at once\n");
    controller.abort(name);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return controller.signal;
}

/** A reader that has seen enough (`isrf ... | head`) is no error of ours. */
function surviveClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      process.exit(EXIT.done);
    });
  }
}
