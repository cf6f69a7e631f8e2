// Our side of a case in a fresh process; bench/engine.ts reads the last line:
//   node --import tsx bench/engine/side.ts CASE FOLDER PHASE DEVICE THREADS PLAN
import { parseDevice } from "../../src/engine/index.ts";
import type { BenchCase, Measure, Plan, Seconds, Side, Work } from "./case.ts";
import { caseNamed } from "./cases.ts";

const [name, folder, phase, device, threads, plan] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
  string,
];

const seconds = (since: number): number => (performance.now() - since) / 1000;
/** Linux counts KiB, macOS bytes; Node gives KiB on both. */
const peakMemoryMiB = (): number => process.resourceUsage().maxRSS / 1024;

async function timed(work: Work, index: number): Promise<number> {
  const since = performance.now();
  const result = await work(index);
  return (result as Partial<Seconds> | undefined)?.seconds ?? seconds(since);
}

async function follow(side: Side, plans: BenchCase["plan"]): Promise<Record<string, object>> {
  const measures: Record<string, object> = {};
  for (const [measure, { warmups, samples }] of Object.entries(plans) as [Measure, Plan][]) {
    const work = side.work[measure]!;
    const [warm, counted]: [number[], number[]] = [[], []];
    for (let i = 0; i < warmups; i++) warm.push(await timed(work, i));
    for (let i = 0; i < samples; i++) counted.push(await timed(work, warmups + i));
    measures[measure] = { warmupSeconds: warm, seconds: counted, peakMemoryMiB: peakMemoryMiB() };
  }
  return measures;
}

const opening = performance.now();
const isCheck = phase === "check";
const side = await caseNamed(name).open({ folder, isCheck, device: parseDevice(device), threads: Number(threads) });
const setupSeconds = seconds(opening);
const result = isCheck
  ? { check: await side.check() }
  : { setupSeconds, measures: await follow(side, JSON.parse(plan) as BenchCase["plan"]) };
await side.dispose();
console.log(JSON.stringify(result));
