// Trains in a process of its own, so that the memory it takes is its own alone: a process that trained other systems
// before keeps some of theirs.
import { fork } from "node:child_process";
import { once } from "node:events";
import { CancelledError, UsageError } from "../../../base/errors.ts";
import type { MemoryUse } from "../../../base/memory-watch.ts";
import { ownProgram } from "../../../base/own-program.ts";
import { type Report, silent } from "../../../base/progress.ts";
import { DeviceError } from "../../../engine/index.ts";
import type { TrainSummary } from "../../train/index.ts";
import { RefusedElsewhereError } from "../whose-failure.ts";
import type { FromTraining, SentTraining, ToTraining } from "./messages.ts";

export interface TrainedApart {
  readonly summary: TrainSummary;
  /** Of the process that trained it. */
  readonly memory: MemoryUse;
}

const PROGRAM = ownProgram("training-process", import.meta.url);

/** @throws as `train` does: an error of this training alone is an Error and nothing more. */
export async function trainApart(
  options: SentTraining,
  { report = silent, signal }: { readonly report?: Report | undefined; readonly signal?: AbortSignal | undefined },
): Promise<TrainedApart> {
  // Advanced: JSON knows no infinity, which is the best score before the first.
  const child = fork(PROGRAM.path, [], {
    execArgv: [...PROGRAM.execArgv],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const tell = (message: ToTraining): void => void (child.connected && child.send(message));
  const stop = (): void => tell({ kind: "stop" });
  let last: Exclude<FromTraining, { kind: "event" }> | undefined;
  child.on("message", (message: FromTraining) => {
    if (message.kind === "event") report(message.event);
    else last = message;
  });
  signal?.addEventListener("abort", stop);
  try {
    tell({ kind: "train", options });
    if (signal?.aborted) stop();
    const [code, killer] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    if (last?.kind === "done") return last;
    throw last === undefined ? ended(options.out, killer ?? `code ${code}`) : errorOf(last, options);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

function errorOf({ scope, message }: Extract<FromTraining, { kind: "failed" }>, { device }: SentTraining): Error {
  switch (scope) {
    case "stopped":
      return new CancelledError(message);
    case "all":
      return new UsageError(message);
    case "device":
      return new DeviceError(device ?? "cpu", new Error(message));
    case "machine":
      return new RefusedElsewhereError(message);
    case "one":
      return new Error(message);
    default:
      return scope satisfies never;
  }
}

/** Not its own failure: whoever ended it may let it go on. */
function ended(out: string, how: string): Error {
  return new CancelledError(
    `${out}: the process of this training ended by ${how} before it was done, as one does for which there is no memory; its last checkpoint is kept. Run the same command to go on.`,
  );
}
