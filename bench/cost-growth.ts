// How our step time and memory grow as batch, length, users and edges double, each size in a fresh process.
//   npm run bench:growth      writes results/bench-growth.json and docs/cost-growth.svg
import { execFileSync } from "node:child_process";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { writeFileAtomic, writeJsonAtomic } from "../src/base/files.ts";
import { median } from "./engine/measure.ts";
import { ROOT } from "./engine/processes.ts";
import { origin } from "./engine/results.ts";
import { FACTORS, type Factor, sizesOf } from "./growth/factors.ts";
import { growthPlot } from "./growth/plot.ts";

const THREADS = availableParallelism();

function measure(factor: Factor, size: number) {
  const words = ["--import", "tsx", "bench/growth/point.ts", factor, String(size), String(THREADS)];
  const stdout = execFileSync(process.execPath, words, { cwd: ROOT, encoding: "utf8" });
  const { seconds, peakMemoryMiB } = JSON.parse(stdout.trim().split("\n").at(-1)!) as {
    seconds: number[];
    peakMemoryMiB: number;
  };
  const point = { size, multiple: size / FACTORS[factor].first, seconds: median(seconds), memoryMiB: peakMemoryMiB };
  console.error(`${factor} ${size}: ${point.seconds.toFixed(4)} s, ${point.memoryMiB.toFixed(0)} MiB`);
  return { ...point, raw: seconds };
}

const { matmulPeakGflops: _, ...about } = origin(0);
const factors = (Object.keys(FACTORS) as Factor[]).map((factor) => ({
  factor,
  unit: FACTORS[factor].unit,
  points: sizesOf(factor).map((size) => measure(factor, size)),
}));
await writeJsonAtomic(join(ROOT, "results/bench-growth.json"), {
  command: "npm run bench:growth",
  ...about,
  machine: { cpu: cpus()[0]!.model, cores: cpus().length, threads: THREADS },
  factors,
});
const lines = factors.map(({ factor, points }) => ({ name: `${factor}, from ${FACTORS[factor].first}`, points }));
await writeFileAtomic(join(ROOT, "docs/cost-growth.svg"), growthPlot(lines));
console.log("wrote results/bench-growth.json and docs/cost-growth.svg");
