// A training in a process of its own: begun by `train-apart.ts`, it trains what it is sent, tells what happens, and
// ends. When its study is gone, it keeps its last checkpoint and ends, too.
import { MemoryWatch } from "../../../base/memory-watch.ts";
import { train } from "../../train/index.ts";
import { scopeOf, wordsOf } from "../whose-failure.ts";
import type { FromTraining, SentTraining, ToTraining } from "./messages.ts";

const KIBIBYTE = 1024;

const controller = new AbortController();
const tell = (message: FromTraining): void => void (process.connected && process.send!(message));

async function run(options: SentTraining): Promise<FromTraining> {
  const watch = new MemoryWatch((options.device ?? "cpu") !== "cpu");
  const report = (event: Extract<FromTraining, { kind: "event" }>["event"]) => tell({ kind: "event", event });
  try {
    const summary = await train({ ...options, report, signal: controller.signal });
    const use = watch.stop();
    // What the system saw, beside what was seen five times a second.
    const peakBytes = Math.max(use.peakBytes, process.resourceUsage().maxRSS * KIBIBYTE);
    return { kind: "done", summary, memory: { ...use, peakBytes, ownProcess: true } };
  } catch (error) {
    watch.stop();
    return { kind: "failed", scope: scopeOf(error), message: wordsOf(error) };
  }
}

// A terminal's Ctrl-C reaches this process, too: its study decides.
process.on("SIGINT", () => {});
process.on("disconnect", () => controller.abort());
process.on("message", (message: ToTraining) => {
  if (message.kind === "stop") controller.abort();
  else void run(message.options).then((last) => process.send?.(last, () => process.exit()));
});
