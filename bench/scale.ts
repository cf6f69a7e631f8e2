// Everybody's recommendations by one process and by workers: whole processes of the built command, in turn, twice and
// more; the files must be the same.
//   npm run bench:scale -- RUN [--workers 0,1,2,4] [--users 4000] [--times 2] [--out results/bench-scale.json]
// 0 is the command by itself. Every process computes with one thread.
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { sha256, writeJsonAtomic } from "../src/base/files.ts";
import { openDataset } from "../src/data/index.ts";
import { readRunConfig } from "../src/runs/run.ts";
import { median } from "./engine/measure.ts";
import { origin } from "./engine/results.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cli: { type: "string", default: "dist/cli/main.js" },
    workers: { type: "string", default: "0,1,2,4" },
    users: { type: "string", default: "4000" },
    times: { type: "string", default: "2" },
    out: { type: "string" },
  },
});
const [run] = positionals;
if (run === undefined) throw new Error("expected a run directory");
const counts = values.workers.split(",").map(Number);
const { model, preset, options, dataset: trainedOn } = await readRunConfig(run);
const { users, items, manifest } = await openDataset(trainedOn.directory);
const asked = users.slice(0, Number(values.users));
const folder = await mkdtemp(join(tmpdir(), "isrf-scale-"));

async function measure(workers: number) {
  const out = join(folder, `${workers}.csv`);
  await rm(out, { force: true });
  const sharing = workers === 0 ? [] : ["--workers", String(workers)];
  const words = ["recommend", run!, "--users-file", join(folder, "users.txt"), "--threads", "1", ...sharing];
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [values.cli, ...words, "--out", out, "--quiet"], {
    encoding: "utf8",
  });
  const seconds = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(`isrf ${words.join(" ")} ended with ${status}: ${stderr}`);
  return { seconds, digest: sha256(await readFile(out)) };
}

try {
  await writeFile(join(folder, "users.txt"), `user_id\n${asked.join("\n")}\n`);
  const { matmulPeakGflops: _, ...about } = origin(0);
  const found = new Map<number, number[]>(counts.map((workers) => [workers, []]));
  const digests = new Set<string>();
  for (let time = 0; time < Number(values.times); time++) {
    for (const workers of time % 2 === 0 ? counts : [...counts].reverse()) {
      const { seconds, digest } = await measure(workers);
      found.get(workers)!.push(seconds);
      digests.add(digest);
      console.log(`${workers} workers: ${seconds.toFixed(1)} s`);
    }
  }
  if (digests.size !== 1) throw new Error("files differ");
  const first = median(found.get(counts[0]!)!);
  const rows = counts.map((workers) => {
    const seconds = found.get(workers)!;
    return { workers, seconds, median: median(seconds), timesFaster: first / median(seconds) };
  });
  const { commit, date, loadPerCore } = about;
  const record = {
    what: "Recommendations for many users, by the command alone (0) and by worker processes with a thread each; whole processes, seconds of wall time.",
    command: `npm run bench:scale -- RUN --workers ${values.workers} --users ${asked.length} --times ${values.times}`,
    commit,
    date,
    loadPerCore,
    machine: { cpu: cpus()[0]!.model, cores: cpus().length, memoryGiB: totalmem() / 2 ** 30, node: process.version },
    run: { model, preset, options, dataset: manifest.name, users: users.length, items: items.length },
    users: asked.length,
    rows,
  };
  for (const { workers, median: seconds, timesFaster } of rows)
    console.log(`${workers} workers: ${seconds.toFixed(1)} s, ${timesFaster.toFixed(2)} times as fast`);
  if (values.out !== undefined) await writeJsonAtomic(values.out, record);
} finally {
  await rm(folder, { recursive: true, force: true });
}
