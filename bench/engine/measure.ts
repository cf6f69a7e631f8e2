// One case from its inputs to its record: agreement first, then rounds of fresh processes in alternating order.
import type { BenchCase, Measure, Plan } from "./case.ts";
import { checkNumbers, forcedVariant, type Settings, type Timing, timeOurs, timePeer } from "./processes.ts";

export interface SideFigures {
  /** Median over all samples of all processes. */
  readonly seconds: number;
  /** Largest of the processes. */
  readonly peakMemoryMiB: number;
  /** Until the first step can run, and what the warm-ups took: compilation lies in one or the other. */
  readonly setupSeconds: number;
  readonly warmupSeconds: readonly number[];
  readonly raw: readonly number[];
}

export interface CaseRecord {
  /** Case and measure. */
  readonly case: string;
  readonly what: string;
  /** ours / peer of the times; below 1 is faster. */
  readonly ratio: number;
  readonly ours: number;
  readonly peer: number;
  readonly unit: "s";
  /** Matrix products alone, over the time of the whole step. */
  readonly gflops?: number | undefined;
  readonly memoryRatio: number;
  readonly oursMemoryMiB: number;
  readonly peerMemoryMiB: number;
  /** The fastest of those tried, and what the others took in their round, or why they do not run. */
  readonly peerVariant: string;
  readonly variants: Readonly<Record<string, number | string>>;
  readonly checked: { readonly ours: readonly number[]; readonly peer: readonly number[] };
  readonly data: string;
  readonly note?: string | undefined;
  readonly details: { readonly ours: SideFigures; readonly peer: SideFigures };
}

export type Progress = (line: string) => void;

/** Smoke run: one round, one sample. */
export function quickened(c: BenchCase): BenchCase {
  const few = (plan: Plan): Plan => ({ warmups: Math.min(1, plan.warmups), samples: 1 });
  const plan = Object.fromEntries(Object.entries(c.plan).map(([measure, p]) => [measure, few(p)]));
  return { ...c, rounds: 1, plan };
}

export async function measureCase(
  c: BenchCase,
  folder: string,
  data: string,
  settings: Settings,
  say: Progress,
): Promise<CaseRecord[]> {
  const checked = await checkNumbers(c, folder, settings);
  refuseDisagreement(c, checked, settings);
  say(`${c.name}: both sides compute ${checked.ours.map((x) => Number(x.toPrecision(6))).join(", ")}`);
  const flop = (await c.flop?.(folder)) ?? {};
  const records: CaseRecord[] = [];
  for (const measure of Object.keys(c.plan) as Measure[]) {
    const timings = await timeMeasure(c, measure, folder, settings, say);
    records.push(
      record(c, measure, { ...timings, data, checked, flop: flop[measure], best: fastest(timings.tried, measure) }),
    );
  }
  return records;
}

interface Timings {
  readonly ours: readonly Timing[];
  /** Of each variant of the peer, or why it does not run. */
  readonly tried: ReadonlyMap<string, Timing[] | string>;
}

/** Rounds of processes that do nothing but this measure: memory and time of one do not hold another's. */
async function timeMeasure(
  c: BenchCase,
  measure: Measure,
  folder: string,
  settings: Settings,
  say: Progress,
): Promise<Timings> {
  const ours: Timing[] = [];
  const tried = new Map<string, Timing[] | string>();
  const runOurs = async () => {
    ours.push(await timeOurs(c, measure, folder, settings));
    say(`${c.name}: isrf ${shown(ours.at(-1)!)}`);
  };
  const runPeer = async (variant: string) => {
    const timing = await timePeer(c, measure, folder, variant, settings).catch((error: Error) => lastLine(error));
    say(`${c.name}: ${variant} ${typeof timing === "string" ? timing : shown(timing)}`);
    const sofar = tried.get(variant) ?? [];
    const isFailed = typeof timing === "string" || typeof sofar === "string";
    tried.set(variant, isFailed ? (timing as string) : [...sofar, timing]);
  };
  for (let round = 0; round < c.rounds; round++) {
    const variants = round === 0 ? c.variants : [fastest(tried, measure)];
    if (round % 2 === 1) for (const variant of variants) await runPeer(variant);
    await runOurs();
    if (round % 2 === 0) for (const variant of variants) await runPeer(variant);
    const forced = round === 0 ? forcedVariant(fastest(tried, measure), settings) : undefined;
    if (forced !== undefined) await runPeer(forced);
  }
  return { ours, tried };
}

/**
 * On an H200 PyTorch's numbers of `mini` were those of both sides on a CPU and onnxruntime's lay .0011 away: probably
 * TF32, which its CUDA products use by default.
 */
const CUDA_TOLERANCE = 5e-3;

function refuseDisagreement(c: BenchCase, { ours, peer }: CaseRecord["checked"], { device }: Settings): void {
  const limit = Math.max(c.tolerance ?? 1e-3, device === "cuda" ? CUDA_TOLERANCE : 0);
  const isClose =
    ours.length === peer.length && ours.every((x, i) => Math.abs(x - peer[i]!) <= limit * Math.abs(peer[i]!));
  if (!isClose) throw new Error(`${c.name}: ours computes ${ours.join(", ")} and the peer ${peer.join(", ")}`);
}

function fastest(tried: ReadonlyMap<string, Timing[] | string>, measure: Measure): string {
  const ran = [...tried].filter((entry): entry is [string, Timing[]] => typeof entry[1] !== "string");
  if (ran.length === 0) throw new Error(`no variant of the peer ran: ${[...tried.values()].join("; ")}`);
  return ran.toSorted(([, a], [, b]) => secondsOf(a, measure) - secondsOf(b, measure))[0]![0];
}

const secondsOf = (timings: readonly Timing[], measure: Measure): number =>
  median(timings.flatMap(({ measures }) => measures[measure]!.seconds));

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

interface Collected extends Timings {
  readonly data: string;
  readonly checked: CaseRecord["checked"];
  /** Of the matrix products in one step, inference or run. */
  readonly flop: number | undefined;
  readonly best: string;
}

function record(c: BenchCase, measure: Measure, { data, checked, flop, ours, tried, best }: Collected): CaseRecord {
  const scale = 1 / (c.stepsPerSample ?? 1);
  const own = figures(ours, measure, scale);
  const peer = figures(tried.get(best) as Timing[], measure, scale);
  const variants = [...tried].map(([variant, timings]) => [
    variant,
    typeof timings === "string" ? timings : secondsOf(timings, measure) * scale,
  ]);
  return {
    case: Object.keys(c.plan).length === 1 ? c.name : `${c.name} ${measure}`,
    what: c.what,
    ratio: own.seconds / peer.seconds,
    ours: own.seconds,
    peer: peer.seconds,
    unit: "s",
    gflops: flop === undefined ? undefined : flop / own.seconds / 1e9,
    memoryRatio: own.peakMemoryMiB / peer.peakMemoryMiB,
    oursMemoryMiB: own.peakMemoryMiB,
    peerMemoryMiB: peer.peakMemoryMiB,
    peerVariant: best,
    variants: Object.fromEntries(variants),
    checked,
    data,
    note: c.note,
    details: { ours: own, peer },
  };
}

function figures(timings: readonly Timing[], measure: Measure, scale: number): SideFigures {
  const parts = timings.map(({ measures }) => measures[measure]!);
  const raw = parts.flatMap(({ seconds }) => seconds.map((s) => s * scale));
  return {
    seconds: median(raw),
    peakMemoryMiB: Math.max(...parts.map(({ peakMemoryMiB }) => peakMemoryMiB)),
    setupSeconds: median(timings.map(({ setupSeconds }) => setupSeconds)),
    warmupSeconds: parts.flatMap(({ warmupSeconds }) => warmupSeconds),
    raw,
  };
}

function shown({ setupSeconds, measures }: Timing): string {
  const times = Object.entries(measures).map(
    ([measure, { seconds, peakMemoryMiB }]) =>
      `${measure} ${median(seconds).toFixed(3)} s (${peakMemoryMiB.toFixed(0)} MiB)`,
  );
  return `${times.join(", ")}, setup ${setupSeconds.toFixed(1)} s`;
}

/** Python's last line says what went wrong. */
function lastLine(error: Error): string {
  const { stderr = "" } = error as { stderr?: string };
  return `does not run: ${stderr.trim().split("\n").at(-1) || error.message}`.slice(0, 300);
}
