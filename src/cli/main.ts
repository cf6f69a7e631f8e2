#!/usr/bin/env node
// The process around the shell: streams, signals, exit code.
import { commands } from "./commands/index.ts";
import { EXIT } from "./exit.ts";
import { runShell } from "./shell.ts";

const controller = new AbortController();

function onSignal(name: "SIGINT" | "SIGTERM"): void {
  // A second request does not wait for the next safe point.
  if (controller.signal.aborted) process.exit(name === "SIGINT" ? EXIT.interrupted : EXIT.terminated);
  process.stderr.write("\nstopping at the next safe point; once more to stop at once\n");
  controller.abort(name);
}

process.on("SIGINT", () => onSignal("SIGINT"));
process.on("SIGTERM", () => onSignal("SIGTERM"));

// A reader that has seen enough (`isrf ... | head`) is no error of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(EXIT.done);
  });
}

process.exitCode = await runShell(process.argv.slice(2), commands, {
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  now: () => performance.now(),
  signal: controller.signal,
});
