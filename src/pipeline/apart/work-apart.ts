// Work in a process of its own: begun by this one, which hears how it goes, may stop it, and gets what came of it.
import { type ChildProcess, fork } from "node:child_process";
import { CancelledError, ProcessEndedError, ProcessNotStartedError, UsageError } from "../../base/errors.ts";
import type { MemoryUse } from "../../base/memory-watch.ts";
import type { OwnProgram } from "../../base/own-program.ts";
import { type Report, silent } from "../../base/progress.ts";
import { reasonOf } from "../../base/system-errors.ts";
import { type Device, DeviceError } from "../../engine/index.ts";
import type { FromProcess, ToProcess } from "./messages.ts";
import { RefusedElsewhereError } from "./whose-failure.ts";

export interface Watched {
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface WorkedApart<Result> {
  readonly result: Result;
  /** Of the process that did it. */
  readonly memory: MemoryUse;
}

export interface Work<Task> {
  /** It calls `standApart`. */
  readonly program: OwnProgram;
  readonly task: Task;
  /** What is worked on, for messages. */
  readonly where: string;
  readonly device?: Device | undefined;
}

/**
 * What `program` makes of `task`, which is cloned, as the result is.
 * @throws as the program does: what failed for a reason of its own is an Error and nothing more; ProcessEndedError;
 *   ProcessNotStartedError.
 */
export async function workApart<Task, Result>(
  { program, task, where, device = "cpu" }: Work<Task>,
  { report = silent, signal }: Watched,
): Promise<WorkedApart<Result>> {
  const child = begun(program, where);
  const end = endOf(child, where);
  const tell = (message: ToProcess<Task>): void => void (child.connected && child.send(message));
  const stop = (): void => tell({ kind: "stop" });
  let last: Exclude<FromProcess<Result>, { kind: "event" }> | undefined;
  child.on("message", (message: FromProcess<Result>) => {
    if (message.kind === "event") report(message.event);
    else last = message;
  });
  signal?.addEventListener("abort", stop);
  try {
    tell({ kind: "begin", task });
    if (signal?.aborted) stop();
    const how = await end;
    if (last?.kind === "done") return last;
    throw last === undefined ? ended(where, how) : errorOf(last, device);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

function begun({ path, execArgv }: OwnProgram, where: string): ChildProcess {
  try {
    // Advanced: JSON knows no infinity, which is the best score before the first.
    return fork(path, [], {
      execArgv: [...execArgv],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
  } catch (cause) {
    throw notStarted(where, cause);
  }
}

/** How it ended: "SIGKILL", or "code 1". @throws ProcessNotStartedError where nothing was begun. */
function endOf(child: ChildProcess, where: string): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once("exit", (code, killer) => resolve(killer ?? `code ${code}`));
    // Told more than once: what is sent to nobody is an error of its own. One that was begun is heard of by its exit.
    child.on("error", (cause) => child.pid === undefined && reject(notStarted(where, cause)));
  });
}

function notStarted(where: string, cause: unknown): Error {
  const why = reasonOf(cause);
  return new ProcessNotStartedError(why, `${where}: no process could be started for this training (${why}).`, {
    cause,
  });
}

function errorOf({ scope, message }: Extract<FromProcess<unknown>, { kind: "failed" }>, device: Device): Error {
  switch (scope) {
    case "stopped":
      return new CancelledError(message);
    case "all":
      return new UsageError(message);
    case "device":
      return new DeviceError(device, new Error(message));
    case "machine":
      return new RefusedElsewhereError(message);
    case "one":
      return new Error(message);
    default:
      return scope satisfies never;
  }
}

function ended(where: string, how: string): Error {
  return new ProcessEndedError(
    how,
    `${where}: the process of this training ended by ${how} before it was done, as one does for which there is no memory; its last checkpoint is kept. Run the same command to go on.`,
  );
}
