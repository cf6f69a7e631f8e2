// One training step, inference and whole jobs against PyTorch on the same machine, in one run: the same inputs, the same
// number of threads, fresh processes in alternating order, medians, peak memory of both.
//   npm run bench:engine -- [--case NAME] [--quick] [--json] [--beauty DIR] [--device cpu|webgpu|cuda] [--python FILE]
// Writes results/bench-engine.json and the table in docs/engine.md (not with --quick); a case run alone replaces its own
// entries there. With --markdown it prints that table from the file and runs nothing.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readJson } from "../src/base/files.ts";
import { CASES, caseNamed } from "./engine/cases.ts";
import { measureCase, quickened } from "./engine/measure.ts";
import { DEFAULT_PYTHON, missingPeers, type Settings } from "./engine/processes.ts";
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
import { openShop } from "./engine/shop.ts";

const { values } = parseArgs({
  options: {
    case: { type: "string", multiple: true },
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    beauty: { type: "string" },
    device: { type: "string", default: "cpu" },
    threads: { type: "string", default: String(availableParallelism()) },
    python: { type: "string", default: DEFAULT_PYTHON },
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
const chosen = values.case === undefined ? CASES : values.case.map(caseNamed);
const work = await mkdtemp(join(tmpdir(), "isrf-bench-"));
const records: StoredRecord[] = [];
const failures: string[] = [];
try {
  const shop = await openShop(values.beauty, work);
  for (const c of chosen) {
    const started = Date.now();
    const folder = join(work, "case");
    await mkdir(folder);
    try {
      await c.prepare(folder, shop);
      const about = origin();
      const found = await measureCase(values.quick ? quickened(c) : c, folder, shop.name, settings, say);
      records.push(...found.map((record) => ({ ...record, ...about })));
    } catch (error) {
      failures.push(`${c.name}: ${(error as Error).message}`);
      say(failures.at(-1)!);
    }
    await rm(folder, { recursive: true });
    say(`${c.name}: ${((Date.now() - started) / 1000).toFixed(0)} s in all`);
  }
} finally {
  await rm(work, { recursive: true });
}
const order = CASES.map(({ name }) => name);
const isKept = !values.quick || values.out !== undefined;
const results = isKept ? await mergeResults(records, order, settings, values.out) : { cases: records };
if ("machine" in results && values.out === undefined) await refreshDocument(results);
if (!values.json) console.log(table(records));
else console.log(JSON.stringify(results));
if (failures.length > 0) process.exitCode = 1;
