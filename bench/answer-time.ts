// How long one person waits for `isrf recommend` and `isrf explain`: fresh processes, each for another user.
//   npm run bench:answers -- RUN [--cli dist/cli/main.js] [--times 5] [--out FILE]
// Wall time on a busy machine tells more of its neighbours than of us: so processor time and load stand beside it.
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { writeJsonAtomic } from "../src/base/files.ts";
import { openDataset } from "../src/data/index.ts";
import { readRunConfig } from "../src/runs/run.ts";
import { median } from "./engine/measure.ts";
import { origin } from "./engine/results.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cli: { type: "string", default: "dist/cli/main.js" },
    times: { type: "string", default: "5" },
    out: { type: "string" },
  },
});
const [run] = positionals;
if (run === undefined) throw new Error("expected a run directory");
const times = Number(values.times);
const config = await readRunConfig(run);
const { users, items } = await openDataset(config.dataset.directory);

/** A module that makes the process tell its processor time in microseconds as its last word. */
const TELL = `process.on("exit", () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stderr.write("\\n" + (userCPUTime + systemCPUTime));
});`;

function ask(command: string, user: string) {
  const words = ["--import", `data:text/javascript,${encodeURIComponent(TELL)}`, values.cli, command, run!];
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [...words, "--user", user, "--json", "--quiet"], {
    encoding: "utf8",
  });
  const wall = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(`isrf ${command} ended with ${status}: ${stderr}`);
  return { user, wall, processor: Number(stderr.trim().split("\n").at(-1)) / 1e6 };
}

function measure(command: string) {
  const { matmulPeakGflops: _, ...about } = origin(0);
  const answers = Array.from({ length: times }, (_, i) =>
    ask(command, users[Math.floor(((i + 0.5) * users.length) / times)]!),
  );
  const [wall, processor] = [median(answers.map((a) => a.wall)), median(answers.map((a) => a.processor))];
  console.log(
    `isrf ${command}: ${wall.toFixed(2)} s, ${processor.toFixed(2)} s of processor time (medians of ${times}, load ${about.loadPerCore.toFixed(1)} a core)`,
  );
  return { command: `isrf ${command} RUN --user ID --json --quiet`, wall, processor, ...about, answers };
}

const results = {
  command: `npm run bench:answers -- RUN --times ${times}`,
  unit: "seconds",
  machine: { cpu: cpus()[0]!.model, cores: cpus().length, node: process.version },
  run: {
    model: config.model,
    preset: config.preset,
    dataset: config.dataset.name,
    users: users.length,
    items: items.length,
  },
  commands: ["recommend", "explain"].map(measure),
};
if (values.out !== undefined) await writeJsonAtomic(values.out, results);
