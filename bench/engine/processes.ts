// Both sides of a case as fresh processes, one at a time.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import type { BenchCase, Measure } from "./case.ts";

export const ROOT = resolve(import.meta.dirname, "../..");
const PEERS = join(ROOT, "peers");

export interface Settings {
  readonly device: string;
  readonly threads: number;
  /** The Python with PyTorch; that of peers/.venv by default. */
  readonly python: string;
}

export interface MeasureTiming {
  readonly warmupSeconds: readonly number[];
  readonly seconds: readonly number[];
  /** Of the whole process, which does nothing else. */
  readonly peakMemoryMiB: number;
}

export interface Timing {
  readonly setupSeconds: number;
  readonly measures: Readonly<Partial<Record<Measure, MeasureTiming>>>;
}

type Phase = "check" | "time";

export const DEFAULT_PYTHON = join(PEERS, ".venv/bin/python");

/** What to do before the peers can run, or undefined when they can. */
export function missingPeers(python: string): string | undefined {
  return existsSync(python) ? undefined : "bench:engine needs PyTorch: bash peers/setup.sh";
}

/**
 * Ending of a variant whose MKL is made to use AVX-512 on any maker's processor; it does so by itself on Intel's alone.
 */
const FORCED = "+avx512";

export const isForced = (variant: string): boolean => variant.endsWith(FORCED);

/** The forced form of a variant, where that could be another one: on a CPU that has AVX-512 and is not Intel's. */
export function forcedVariant(variant: string, { device }: Settings): string | undefined {
  if (device !== "cpu" || !existsSync("/proc/cpuinfo")) return undefined;
  const info = readFileSync("/proc/cpuinfo", "utf8");
  return info.includes("avx512f") && !info.includes("GenuineIntel") ? `${variant}${FORCED}` : undefined;
}

/** The library that answers in MKL's place; built once. @throws Error where there is no C compiler. */
export async function preloaded(): Promise<string> {
  const library = join(PEERS, ".venv/mkl_any_vendor.so");
  const source = join(PEERS, "bench/mkl_any_vendor.c");
  mkdirSync(dirname(library), { recursive: true });
  if (!existsSync(library)) await promisify(execFile)("cc", ["-shared", "-fPIC", "-o", library, source]);
  return library;
}

/**
 * glibc's malloc gives large blocks back to the system and faults them in again at every step; kept, PyTorch on a CPU
 * can be more than twice as fast. The product runs as its users run it.
 */
const PEER_ENVIRONMENT = {
  MALLOC_MMAP_THRESHOLD_: "4294967296",
  MALLOC_TRIM_THRESHOLD_: "4294967296",
  // Machines pin these for the sake of old builds; scikit-learn and FAISS then run slower kernels than they have.
  OPENBLAS_CORETYPE: undefined,
  OPENBLAS_L2_SIZE: undefined,
};

export function timeOurs(c: BenchCase, measure: Measure, folder: string, settings: Settings): Promise<Timing> {
  return ours(only(c, measure), folder, "time", settings) as Promise<Timing>;
}

export function timePeer(
  c: BenchCase,
  measure: Measure,
  folder: string,
  variant: string,
  settings: Settings,
): Promise<Timing> {
  return peer(only(c, measure), folder, "time", variant, settings) as Promise<Timing>;
}

const only = (c: BenchCase, measure: Measure): BenchCase => ({ ...c, plan: { [measure]: c.plan[measure]! } });

/** Numbers of both sides that must agree. */
export async function checkNumbers(
  c: BenchCase,
  folder: string,
  settings: Settings,
): Promise<{ readonly ours: readonly number[]; readonly peer: readonly number[] }> {
  const [a, b] = [
    await ours(c, folder, "check", settings),
    await peer(c, folder, "check", c.variants[0]!, settings),
  ] as { check: number[] }[];
  return { ours: a!.check, peer: b!.check };
}

/** GFLOPS of large matrix products by our engine: what the cases' rates are measured against. */
export async function matmulPeak({ threads }: Settings): Promise<number> {
  const words = ["--import", "tsx", "bench/engine/matmul-peak.ts", String(threads)];
  return ((await run(process.execPath, words, {})) as { gflops: number }).gflops;
}

function ours(c: BenchCase, folder: string, phase: Phase, { device, threads }: Settings): Promise<unknown> {
  const words = [c.name, folder, phase, device, String(threads), JSON.stringify(c.plan)];
  return run(process.execPath, ["--import", "tsx", "bench/engine/side.ts", ...words], {});
}

async function peer(c: BenchCase, folder: string, phase: Phase, variant: string, settings: Settings): Promise<unknown> {
  const { python, device, threads } = settings;
  const plain = isForced(variant) ? variant.slice(0, -FORCED.length) : variant;
  const words = [c.name, folder, phase, device, String(threads), plain, JSON.stringify(c.plan)];
  return run(python, ["peers/bench/side.py", ...words], {
    ...PEER_ENVIRONMENT,
    ...(isForced(variant) && { LD_PRELOAD: await preloaded() }),
    OMP_NUM_THREADS: String(threads),
    MKL_NUM_THREADS: String(threads),
  });
}

async function run(command: string, words: readonly string[], extra: Readonly<Record<string, string | undefined>>) {
  const env = { ...process.env, ...extra };
  const { stdout } = await promisify(execFile)(command, words, { cwd: ROOT, env, maxBuffer: 2 ** 26 });
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as unknown;
}
