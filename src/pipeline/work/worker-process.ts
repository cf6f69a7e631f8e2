// A worker as a process of its own: begun by `pool.ts`, it works until it is told to stop, or its pool is gone.
import { tellParent } from "../../base/tell-parent.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { type RunWorkerOptions, runWorker } from "./run-worker.ts";

const controller = new AbortController();
const tell = (message: FromWorker): void => tellParent(message);

async function run(place: RunWorkerOptions): Promise<number> {
  try {
    await runWorker({ ...place, signal: controller.signal, report: (event) => tell({ kind: "event", event }) });
    return 0;
  } catch (error) {
    tell({ kind: "failed", message: (error as Error).message });
    return 1;
  }
}

// A terminal's Ctrl-C reaches this process, too: its coordinator decides.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => controller.abort());
process.on("disconnect", () => controller.abort());
process.on("message", (message: ToWorker) => {
  if (message.kind === "stop") controller.abort();
  else void run(message.place).then((code) => process.exit(code));
});
