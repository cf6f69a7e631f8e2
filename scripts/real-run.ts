// The real run: takes a P5 directory (Amazon Beauty) from import to evaluation under `strict`, one command a stage, and
// writes what came out to results/ with the commands, commit, seed, machine, times and peak memory.
//   npm run build && npx tsx scripts/real-run.ts --source DIR --name beauty --domain "beauty product" --work DIR
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { cpus, platform, release, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { writeFileAtomic } from "../src/base/files.ts";

const { values } = parseArgs({
  options: {
    source: { type: "string" },
    work: { type: "string" },
    name: { type: "string", default: "beauty" },
    domain: { type: "string", default: "beauty product" },
    preset: { type: "string", default: "mini" },
    seed: { type: "string", default: "2026" },
    set: { type: "string", multiple: true, default: [] },
    resume: { type: "boolean", default: false },
  },
});
if (values.source === undefined || values.work === undefined) throw new Error("--source DIR and --work DIR are needed");

const { name, preset, seed } = values;
const data = join(values.work, name);
const run = join(values.work, `${name}-${preset}-${seed}`);
const settings = values.set.flatMap((setting) => ["--set", setting]);
const isNew = !existsSync(data);

const stages: readonly (readonly [string, readonly string[]])[] = [
  ...(isNew
    ? ([
        [
          "import",
          [
            "data",
            "import",
            "--format",
            "p5",
            "--dir",
            values.source,
            "--name",
            name,
            "--domain",
            values.domain,
            "--out",
            data,
          ],
        ],
      ] as const)
    : []),
  ["audit", ["data", "audit", data]],
  ["reason", ["reason", data, "--llm", "offline"]],
  ["embed", ["embed", data, "--encoder", "lsa"]],
  [
    "train",
    [
      "train",
      data,
      "--model",
      "isrf",
      "--preset",
      preset,
      "--seed",
      seed,
      "--out",
      run,
      ...(values.resume ? ["--resume"] : settings),
    ],
  ],
  ["evaluate", ["evaluate", run]],
];

interface Stage {
  readonly stage: string;
  readonly command: string;
  readonly seconds: number;
  readonly peakMemoryGiB: number;
  readonly output: unknown;
}

mkdirSync(values.work, { recursive: true });
if (!values.resume) rmSync(run, { recursive: true, force: true });
const results: Stage[] = [];
for (const [stage, args] of stages) results.push(await runStage(stage, args));

const evaluation = results.at(-1)!.output as { readonly tasks?: unknown };
const record = {
  command: `npx tsx scripts/real-run.ts --source DIR --name ${name} --domain "${values.domain}" --preset ${preset} --seed ${seed} --work DIR`,
  commit: execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" }).trim(),
  seed: Number(seed),
  machine: {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    node: process.version,
  },
  stages: results.map(({ output: _, ...stage }) => stage),
  training: results.find(({ stage }) => stage === "train")!.output,
  evaluation,
};
await writeFileAtomic(
  join("results", `${name}-${preset}-strict.json`),
  `${withoutPaths(JSON.stringify(record, null, 2))}\n`,
);

/** Paths of the machine stay out of the record. */
function withoutPaths(text: string): string {
  return text
    .replaceAll(resolve(values.work!), "DIR")
    .replaceAll(values.work!, "DIR")
    .replaceAll(values.source!, "SOURCE");
}

/** Run one command; progress goes to this terminal, the last line of its stdout is its result. */
async function runStage(stage: string, args: readonly string[]): Promise<Stage> {
  const started = Date.now();
  const command = withoutPaths(["isrf", ...args].join(" "));
  const peakFile = join(values.work!, ".peak-memory");
  const child = spawn(
    process.execPath,
    ["--import", new URL("peak-memory.mjs", import.meta.url).href, "dist/cli/main.js", ...args, "--json"],
    { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, PEAK_MEMORY_FILE: peakFile } },
  );
  const exited = new Promise<number | null>((done) => child.once("exit", done));
  let last = "";
  for await (const line of createInterface({ input: child.stdout })) if (line !== "") last = line;
  const code = await exited;
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
  const peakMemoryGiB = Number(readFileSync(peakFile, "utf8")) / 2 ** 20;
  return { stage, command, seconds: (Date.now() - started) / 1000, peakMemoryGiB, output: JSON.parse(last) };
}
