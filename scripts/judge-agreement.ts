// How far language models as judges agree with people, on the replies that were read and labelled by hand and travel
// with the package: what `isrf reason judge --calibrate` asks and prints, beside the rules on the same replies.
//   npx tsx scripts/judge-agreement.ts [--by llama-cpp:model.gguf]... [--threads 1] [--out FILE]
// Without --by the rules stand alone; docs/reasoning.md has these figures of all replies (scripts/rule-table.ts).
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { origin } from "../bench/engine/results.ts";
import { writeJsonAtomic } from "../src/base/files.ts";
import type { Report } from "../src/base/progress.ts";
import { type Calibration, calibrate, makeJudges } from "../src/pipeline/reason/index.ts";
import { REASONER_DEFAULTS } from "../src/reasoning/index.ts";
import { rulesWithLabels, verdicts } from "./rule-table.ts";

const { values } = parseArgs({
  options: {
    by: { type: "string", multiple: true, default: [] },
    threads: { type: "string" },
    out: { type: "string" },
  },
});
const threads = values.threads === undefined ? undefined : Number(values.threads);

const report: Report = (event) => {
  if (event.kind === "step" && event.done % 10 === 0) console.error(`${event.stage}: ${event.done} of ${event.total}`);
};

async function judgedBy(by: string): Promise<{ model: string; seconds: number } & Calibration> {
  // Verdicts are kept in a folder of their own, so that every call is made here.
  const directory = await mkdtemp(join(tmpdir(), "isrf-judge-agreement-"));
  await mkdir(join(directory, "reasoning"));
  try {
    const { replies: judge } = makeJudges(by, { anyModel: false, concurrency: 1, threads }, report);
    const start = performance.now();
    const found = await calibrate({ judge, directory, report });
    return { model: by.replace(/\/.*\//, ""), ...found, seconds: (performance.now() - start) / 1000 };
  } finally {
    await rm(directory, { recursive: true });
  }
}

// Before the models run: whoever works on the files meanwhile changes the commit.
const { matmulPeakGflops: _, ...about } = origin(0);
const asked = values.by.map((by) => ` --by ${by.replace(/\/.*\//, "")}`).join("");
const found = {
  what: "Models as judges of single replies, and the rules, beside labels given by hand: share and Cohen's kappa.",
  command: `npx tsx scripts/judge-agreement.ts${asked}${threads === undefined ? "" : ` --threads ${threads}`}`,
  ...about,
  machine: { cpu: cpus()[0]!.model, cores: cpus().length, node: process.version },
  seed: REASONER_DEFAULTS.seed,
  rules: rulesWithLabels(verdicts().filter(({ part }) => part === "held-out")),
  models: [] as Awaited<ReturnType<typeof judgedBy>>[],
};
for (const by of values.by) {
  found.models.push(await judgedBy(by));
  if (values.out !== undefined) await writeJsonAtomic(values.out, found);
}
console.log(JSON.stringify(found, null, 2));
// Native threads of the model end with the process.
process.exit(0);
