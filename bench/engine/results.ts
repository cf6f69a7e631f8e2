// The record of the benchmark: results/bench-engine.json, one entry a case and measure; one case run alone replaces its
// own.
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { arch, cpus, loadavg, platform, release, totalmem } from "node:os";
import { join } from "node:path";
import Table from "cli-table3";
import { exists, readJson, writeFileAtomic, writeJsonAtomic } from "../../src/base/files.ts";
import { productVersion } from "../../src/base/product-version.ts";
import type { CaseRecord } from "./measure.ts";
import { isForced, ROOT, type Settings } from "./processes.ts";

/** When and where an entry was measured: entries of one file may be of different runs. */
interface Origin {
  readonly commit: string;
  readonly date: string;
  /** Running processes per core when the case began; well above 0.2 the figures say more about the neighbours. */
  readonly loadPerCore: number;
  /** Rate of large matrix products by our engine in the same run. */
  readonly matmulPeakGflops: number;
}

export type StoredRecord = CaseRecord & Origin;

export interface Results {
  readonly command: string;
  readonly productVersion: string;
  readonly commit: string;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly cases: readonly StoredRecord[];
}

export const RESULTS = join(ROOT, "results/bench-engine.json");

export function origin(matmulPeakGflops: number): Origin {
  const loadPerCore = loadavg()[0]! / cpus().length;
  return { commit: commit(), date: new Date().toISOString(), loadPerCore, matmulPeakGflops };
}

/** Replace the entries of the same names in the file, in the order of `order`. */
export async function mergeResults(
  records: readonly StoredRecord[],
  order: readonly string[],
  { settings, path }: { settings: Settings; path: string },
): Promise<Results> {
  const before = (await exists(path)) ? ((await readJson(path)) as Results).cases : [];
  const kept = before.filter((old) => !records.some((fresh) => fresh.case === old.case));
  const place = (name: string) => order.findIndex((start) => name === start || name.startsWith(`${start} `));
  const results: Results = {
    command: "npm run bench:engine",
    productVersion: productVersion(),
    commit: commit(),
    machine: machine(settings),
    versions: versions(settings),
    cases: [...kept, ...records].sort((a, b) => place(a.case) - place(b.case)),
  };
  await writeJsonAtomic(path, results);
  return results;
}

export function table(records: readonly CaseRecord[]): string {
  const columns = new Table({
    head: ["case", "isrf", "PyTorch", "ratio", "isrf MiB", "PyTorch MiB", "ratio", "peer"],
    colAligns: ["left", "right", "right", "right", "right", "right", "right", "left"],
    style: { head: [], border: [] },
  });
  for (const r of records) {
    const memory = [r.oursMemoryMiB, r.peerMemoryMiB].map((mib) => mib.toFixed(0));
    columns.push([
      r.case,
      duration(r.ours),
      duration(r.peer),
      r.ratio.toFixed(2),
      ...memory,
      r.memoryRatio.toFixed(2),
      r.peerVariant,
    ]);
  }
  return columns.toString();
}

/** The same as a table for docs/engine.md, with the share of the matmul peak. */
export function markdown({ cases }: Results): string {
  const head = "| case | isrf | PyTorch | ratio | as installed | memory, isrf / PyTorch | matmul rate, share of peak |";
  const rows = cases.map((r) => {
    const share = r.gflops === undefined ? "" : `${((100 * r.gflops) / r.matmulPeakGflops).toFixed(0)} %`;
    const memory = `${(r.oursMemoryMiB / 1024).toFixed(2)} / ${(r.peerMemoryMiB / 1024).toFixed(2)} GiB`;
    const peer = `${duration(r.peer)} (${r.peerVariant})`;
    const installed = (r.ours / secondsAsInstalled(r)).toFixed(2);
    return `| ${r.case} | ${duration(r.ours)} | ${peer} | ${r.ratio.toFixed(2)} | ${installed} | ${memory} | ${share} |`;
  });
  return [head, "|---|---|---|---|---|---|---|", ...rows].join("\n");
}

/** The fastest variant whose libraries choose their kernels themselves. */
function secondsAsInstalled({ peer, peerVariant, variants }: CaseRecord): number {
  if (!isForced(peerVariant)) return peer;
  const times = Object.entries(variants).flatMap(([name, time]) =>
    isForced(name) || typeof time === "string" ? [] : [time],
  );
  return Math.min(...times);
}

const DOCUMENT = join(ROOT, "docs/engine.md");
const MARKS = ["<!-- bench:engine writes from here -->\n", "\n<!-- to here -->"] as const;

/** Put the table of `results` between the marks of docs/engine.md, so that the page and the record agree. */
export async function refreshDocument(results: Results): Promise<void> {
  const text = await readFile(DOCUMENT, "utf8");
  const [from, to] = MARKS.map((mark) => text.indexOf(mark)) as [number, number];
  if (from < 0 || to < 0) throw new Error(`${DOCUMENT} has no place for the table`);
  const { cases, machine } = results;
  const peak = Math.max(...cases.map(({ matmulPeakGflops }) => matmulPeakGflops));
  const about = `${machine.cpu}, ${machine.threads} threads, large matrix products ${peak.toFixed(0)} GFLOPS.`;
  await writeFileAtomic(
    DOCUMENT,
    `${text.slice(0, from)}${MARKS[0]}\n${about}\n\n${markdown(results)}\n${text.slice(to)}`,
  );
}

const duration = (seconds: number): string =>
  seconds < 1 ? `${(1000 * seconds).toFixed(1)} ms` : `${seconds.toFixed(seconds < 100 ? 2 : 0)} s`;

export function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], {
      cwd: ROOT,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "unknown";
  }
}

function machine({ device, threads }: Settings): Results["machine"] {
  return {
    cpu: cpus()[0]!.model,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${arch()} ${release()}`,
    device,
    threads,
  };
}

function versions({ python }: Settings): Results["versions"] {
  const ask =
    "import json\nfrom importlib.metadata import distributions\n" +
    "wanted = {'torch', 'scikit-learn', 'faiss-cpu'}\n" +
    "print(json.dumps({d.metadata['Name']: d.version for d in distributions() if d.metadata['Name'] in wanted}))";
  const peers = JSON.parse(execFileSync(python, ["-c", ask], { encoding: "utf8" })) as Record<string, string>;
  return { node: process.version, ...peers };
}
