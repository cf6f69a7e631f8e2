// One training step, inference and whole jobs against PyTorch on the same machine, in one run: the same inputs, the
// same number of threads, fresh processes in alternating order, medians, peak memory of both.
//   npm run bench:engine -- [--case NAME] [--quick] [--json] [--beauty DIR] [--device cpu|webgpu|cuda] [--python FILE]
//     [--variant NAME]     only these of the peer's variants; needs --case and --quick or --out: the record holds all
// Writes results/bench-engine.json and the table in docs/engine.md (not with --quick); a case run alone replaces its
// own entries there. With --markdown it prints that table from the file and runs nothing.
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readJson } from "../src/base/files.ts";
import type { BenchCase } from "./engine/case.ts";
import { CASES, caseNamed } from "./engine/cases.ts";
import { measureCase, quickened } from "./engine/measure.ts";
import { DEFAULT_PYTHON, matmulPeak, missingPeers, type Settings } from "./engine/processes.ts";
import {
  markdown,
  mergeResults,
  origin,
  RESULTS,
  type Results,
  refreshDocument,
  type StoredRecord,
  table,
} from "./engine/results.ts";
import { openShop, type Shop } from "./engine/shop.ts";

const { values } = parseArgs({
  options: {
    case: { type: "string", multiple: true },
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    beauty: { type: "string" },
    device: { type: "string", default: "cpu" },
    threads: { type: "string", default: String(availableParallelism()) },
    python: { type: "string", default: DEFAULT_PYTHON },
    variant: { type: "string", multiple: true },
    out: { type: "string" },
    markdown: { type: "boolean", default: false },
  },
});

const say = (line: string): void => console.error(line);
const settings: Settings = { device: values.device, threads: Number(values.threads), python: values.python };
if (values.markdown) {
  console.log(markdown((await readJson(values.out ?? RESULTS)) as Results));
  process.exit(0);
}
const missing = missingPeers(settings.python);
if (missing !== undefined) {
  say(missing);
  process.exit(2);
}
const chosen = chosenCases();
const order = CASES.map(({ name }) => name);
const isKept = !values.quick || values.out !== undefined;
const work = await mkdtemp(join(tmpdir(), "isrf-bench-"));
const records: StoredRecord[] = [];
let results: Partial<Results> = { cases: records };

function chosenCases(): BenchCase[] {
  try {
    refuseThinRecord();
    return (values.case === undefined ? CASES : values.case.map(caseNamed)).map(withVariants);
  } catch (error) {
    say((error as Error).message);
    process.exit(2);
  }
}

/** The published record holds all variants of every case. */
function refuseThinRecord(): void {
  if (values.variant === undefined) return;
  const isElsewhere = values.out !== undefined && resolve(values.out) !== resolve(RESULTS);
  if (values.case !== undefined && (isElsewhere || values.quick)) return;
  throw new Error(
    "--variant leaves variants of the peer out: expected --case NAME and --quick or --out FILE beside it",
  );
}

/** @throws Error for a variant that the case does not have. */
function withVariants(c: BenchCase): BenchCase {
  const wanted = values.variant ?? c.variants;
  const unknown = wanted.find((name) => !c.variants.includes(name));
  if (unknown !== undefined)
    throw new Error(`case ${c.name}: variant ${unknown}, expected one of ${c.variants.join(", ")}`);
  return { ...c, variants: c.variants.filter((name) => wanted.includes(name)) };
}

async function runCase(c: BenchCase, shop: Shop, matmulPeakGflops: number): Promise<void> {
  const started = Date.now();
  const folder = await mkdtemp(join(work, "case-"));
  await c.prepare(folder, shop);
  const about = origin(matmulPeakGflops);
  const found = await measureCase(values.quick ? quickened(c) : c, folder, shop.name, settings, say);
  const fresh = found.map((record) => ({ ...record, ...about }));
  records.push(...fresh);
  await rm(folder, { recursive: true });
  say(`${c.name}: ${((Date.now() - started) / 1000).toFixed(0)} s in all`);
  if (!isKept) return;
  // After each case: a run that is stopped keeps what it has.
  const merged = await mergeResults(fresh, order, { settings, path: values.out ?? RESULTS });
  if (values.out === undefined) await refreshDocument(merged);
  results = merged;
}

try {
  const shop = await openShop(values.beauty, work);
  const peak = await matmulPeak(settings);
  for (const c of chosen) {
    await runCase(c, shop, peak).catch((error: Error) => {
      process.exitCode = 1;
      say(`${c.name}: ${error.message}`);
    });
  }
} finally {
  await rm(work, { recursive: true });
}
console.log(values.json ? JSON.stringify(results) : table(records));
