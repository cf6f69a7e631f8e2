// The other end of `work-apart.ts`: a program that does one task which it is sent, tells what happens, and ends. Not
// behind the room's door: only such programs take it, and it listens as soon as it is called.
import { MemoryWatch, peakResidentBytes } from "../../base/memory-watch.ts";
import type { Report } from "../../base/progress.ts";
import { tellParent } from "../../base/tell-parent.ts";
import type { FromProcess, ToProcess } from "./messages.ts";
import { scopeOf, wordsOf } from "./whose-failure.ts";

export interface Standing<Task> {
  readonly onDevice: (task: Task) => boolean;
  /** When whoever began it is gone: end at once, or as when it is stopped, with what it has kept. */
  readonly whenAlone: "end" | "stop";
}

export function standApart<Task, Result>(
  work: (task: Task, how: { readonly report: Report; readonly signal: AbortSignal }) => Promise<Result>,
  { onDevice, whenAlone }: Standing<Task>,
): void {
  const controller = new AbortController();
  const tell = (message: FromProcess<Result>): void => tellParent(message);
  const run = async (task: Task): Promise<FromProcess<Result>> => {
    const watch = new MemoryWatch(onDevice(task));
    const report: Report = (event) => tell({ kind: "event", event });
    try {
      const result = await work(task, { report, signal: controller.signal });
      const use = watch.stop();
      // What the system saw, beside what was seen five times a second.
      const peakBytes = Math.max(use.peakBytes, peakResidentBytes());
      return { kind: "done", result, memory: { ...use, peakBytes, ownProcess: true } };
    } catch (error) {
      watch.stop();
      return { kind: "failed", scope: scopeOf(error), message: wordsOf(error) };
    }
  };
  // What a terminal sends reaches this process, too: whoever began it decides.
  for (const signal of ["SIGINT", "SIGHUP"] as const) process.on(signal, () => {});
  process.on("disconnect", () => (whenAlone === "end" ? process.exit(1) : controller.abort()));
  process.on("message", (message: ToProcess<Task>) => {
    if (message.kind === "stop") controller.abort();
    else void run(message.task).then((last) => process.send?.(last, () => process.exit()));
  });
}
