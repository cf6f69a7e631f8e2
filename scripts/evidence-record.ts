// A record of what a run of ISRF reached by its witnesses, from the run's own files: settings, test figures with
// buckets, weights, and what answers to validation items lose without each witness.
//   npx tsx scripts/evidence-record.ts RUN --command "isrf train ..." --commit HASH [--out results/isrf-beauty.json]
// Evaluate the run first (`isrf evaluate RUN`).
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readJson, writeJsonAtomic } from "../src/base/files.ts";
import { loadEvidence } from "../src/recommenders/witnesses/evidence-files.ts";
import { readRunConfig } from "../src/runs/run.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    command: { type: "string" },
    /** Of the code that trained. */
    commit: { type: "string" },
    out: { type: "string", default: "results/isrf-beauty.json" },
  },
});
const run = positionals[0];
if (run === undefined || values.command === undefined) throw new Error('expected a run and --command "isrf train ..."');

interface Task {
  readonly task: string;
  readonly candidates?: string;
  readonly users: number;
  readonly systems: readonly { readonly name: string; readonly metrics: unknown; readonly buckets?: unknown }[];
}
const evaluation = (await readJson(join(run, "evaluation.json"))) as {
  readonly fingerprint: { readonly hash: string };
  readonly tasks: readonly Task[];
};
const { model, preset, seed, protocol, options } = await readRunConfig(run);
const { summary, preparation, seconds } = (await readJson(join(run, "summary.json"))) as Record<string, unknown>;
const { learned } = await loadEvidence(join(run, "evidence"));
const machine = { cpu: cpus()[0]!.model, cores: cpus().length, memoryGiB: totalmem() / 2 ** 30, node: process.version };
const weights = (of: (typeof learned.weights)["direct"]["first"] | undefined) =>
  of && { terms: of.terms, scales: of.scales, values: [...of.values] };
await writeJsonAtomic(values.out, {
  command: values.command,
  commit: values.commit,
  seed,
  machine,
  model,
  preset,
  protocol,
  options,
  training: { summary, preparation, seconds },
  fingerprint: evaluation.fingerprint.hash,
  test: evaluation.tasks.map(({ task, candidates, users, systems }) => ({
    task,
    candidates,
    users,
    systems: systems.map(({ name, metrics, buckets }) => ({ name, metrics, buckets: name === model ? buckets : [] })),
  })),
  validation: learned.figures,
  generator: learned.generator,
  weights: Object.fromEntries(
    (["sequential", "direct"] as const).map((task) => {
      const { first, final } = learned.weights[task];
      return [task, { first: weights(first), final: weights(final) }];
    }),
  ),
});
console.log(`${values.out}: ${evaluation.fingerprint.hash}`);
