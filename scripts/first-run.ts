// How long `isrf run` takes on a look-alike of MovieLens 100k in the form of its original files, stage by stage, on the
// built command line: npm run build && npx tsx scripts/first-run.ts [results/first-run.json]
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { productVersion } from "../src/base/product-version.ts";
import type { FirstRunResult } from "../src/pipeline/first-run/index.ts";
import { MOVIELENS_100K, writeMovieLensLike } from "../test/support/movielens-like.ts";

const [, , target] = process.argv;
const folder = mkdtempSync(join(tmpdir(), "isrf-first-run-"));
try {
  const { data, items, users } = await writeMovieLensLike(folder);
  const words = ["run", data, "--items", items, "--users", users, "--out", join(folder, "movies"), "--name", "movies"];
  const loadBefore = loadavg()[0]!;
  const started = performance.now();
  const ran = spawnSync(process.execPath, ["dist/cli/main.js", ...words, "--json"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 2 ** 28,
  });
  const seconds = (performance.now() - started) / 1000;
  if (ran.status !== 0) throw new Error(`isrf run ended with ${ran.status}`);
  const { dataset, training, verdicts, stages } = JSON.parse(ran.stdout) as FirstRunResult;
  const { users: nUsers, items: nItems, interactions } = dataset;
  const record = {
    kind: "first run",
    command: "npm run build && npx tsx scripts/first-run.ts",
    data: "an invented look-alike of MovieLens 100k in the form of its original files (test/support/movielens-like.ts)",
    files: MOVIELENS_100K,
    productVersion: productVersion(),
    commit: execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" }).trim(),
    machine: {
      cpu: cpus()[0]!.model,
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      system: `${process.platform} ${release()}`,
      node: process.versions.node,
      load: { before: loadBefore, after: loadavg()[0]! },
    },
    seconds,
    dataset: { users: nUsers, items: nItems, interactions },
    stages,
    training: { ...training, run: undefined },
    verdicts,
  };
  const text = `${JSON.stringify(record, null, 2)}\n`;
  if (target === undefined) console.log(text);
  else writeFileSync(target, text);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
