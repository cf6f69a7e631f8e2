// How long `isrf run` takes on a look-alike of MovieLens 100k in the form of its original files, stage by stage, and
// where the preparation of a training goes with and without a limit of time, on the built command line:
// npm run build && npx tsx scripts/first-run.ts [results/first-run.json]
//
// Processor time stands beside the clock's: on a machine that does other work, only the former tells something.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { productVersion } from "../src/base/product-version.ts";
import type { FirstRunResult } from "../src/pipeline/first-run/index.ts";
import type { TrainSummary } from "../src/pipeline/train/index.ts";
import { MOVIELENS_100K, writeMovieLensLike } from "../test/support/movielens-like.ts";

const [, , target] = process.argv;
const folder = mkdtempSync(join(tmpdir(), "isrf-first-run-"));
try {
  const { data, items, users } = await writeMovieLensLike(folder);
  const shop = join(folder, "movies");
  const load = loadavg()[0]!;
  const whole = timed(["run", data, "--items", items, "--users", users, "--out", shop, "--name", "movies"]);
  const { dataset, training, verdicts, stages } = whole.json as FirstRunResult;
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
      /** Of the minute before. */
      load,
    },
    run: {
      line: "isrf run u.data --items u.item --users u.user --out movies",
      seconds: whole.seconds,
      processorSeconds: whole.processorSeconds,
      dataset: { users: dataset.users, items: dataset.items, interactions: dataset.interactions },
      stages,
      training: { ...training, run: undefined },
      verdicts,
    },
    trainings: ["", " --minutes 2"].map((limit, i) => oneEpoch(join(shop, "dataset"), join(folder, `run-${i}`), limit)),
  };
  const text = `${JSON.stringify(record, null, 2)}\n`;
  if (target === undefined) console.log(text);
  else writeFileSync(target, text);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A training of one epoch: all the rest is preparation. */
function oneEpoch(dataset: string, run: string, limit: string) {
  const line = `train ${dataset} --preset tiny --epochs 1${limit} --out ${run}`;
  const { seconds, processorSeconds, json } = timed(line.split(" "));
  const { preparationSeconds, preparation, config } = json as TrainSummary;
  const shown = `isrf train movies/dataset --preset tiny --epochs 1${limit} --out run`;
  return { line: shown, seed: config.seed, seconds, processorSeconds, preparationSeconds, preparation };
}

/** What a command line gives with --json, and what it took by the clock and of processors. */
function timed(words: readonly string[]) {
  const script = 'TIMEFORMAT="%R %U %S"; time node dist/cli/main.js "$@"';
  const { status, stdout, stderr } = spawnSync("bash", ["-c", script, "isrf", ...words, "--json"], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`isrf ${words[0]} ended with ${status}: ${stderr}`);
  const [seconds, user, system] = stderr.trim().split("\n").at(-1)!.split(" ").map(Number) as [number, number, number];
  return { seconds, processorSeconds: user + system, json: JSON.parse(stdout) as unknown };
}
