// Begins a training and stops it after some steps, or earlier at its end; bench/sizes.ts reads the last line:
//   node --import tsx bench/sizes/begin-training.ts DATASET RUN MODEL THREADS STEPS OPTIONS
import { CancelledError } from "../../src/base/errors.ts";
import type { ProgressEvent } from "../../src/base/progress.ts";
import { train } from "../../src/pipeline/train/index.ts";
import { readRunConfig } from "../../src/runs/run.ts";

const [dataset, out, model, threads, steps, options] = process.argv.slice(2);
const abort = new AbortController();
const processorSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const begin = { seconds: performance.now() / 1000, processorSeconds: processorSeconds() };
const marks: (typeof begin)[] = [];
const figures: Record<string, number> = {};
let total = 0;

function report(event: ProgressEvent): void {
  if (event.kind === "done") figures[`${event.stage}, seconds`] = event.seconds;
  if (event.kind !== "step" || event.stage !== "train") return;
  marks.push({ seconds: performance.now() / 1000, processorSeconds: processorSeconds() });
  total = event.total;
  if (marks.length === Number(steps)) abort.abort();
}

const overrides = JSON.parse(options!) as Record<string, unknown>;
const given = { dataset: dataset!, out: out!, model: model!, threads: Number(threads), overrides };
await train({ ...given, report, signal: abort.signal }).catch((error: unknown) => {
  if (!(error instanceof CancelledError)) throw error;
});
const { epochs } = (await readRunConfig(out!)).options as { epochs: number };
figures["steps an epoch"] = total / epochs;
// The first step compiles.
const [first, last] = [marks[0]!, marks.at(-1)!];
for (const unit of ["seconds", "processorSeconds"] as const) {
  const name = unit === "seconds" ? "seconds" : "processor seconds";
  figures[`until the first step, ${name}`] = first[unit] - begin[unit];
  figures[`a step, ${name}`] = (last[unit] - first[unit]) / (marks.length - 1);
}
console.log(JSON.stringify({ figures }));
process.exit(0);
