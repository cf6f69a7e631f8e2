// Does it help? One model, one seed, one budget, and different texts behind the item and user vectors: trains and
// evaluates a run for each embeddings folder of a dataset (skipping what is done), measures each user graph, and writes
// both to results/.
//   npm run build
//   npx tsx scripts/does-text-help.ts --data DIR --runs DIR --arms random,lsa,... \
//     --set epochs=3 --set warmStartEpochs=10
// The first arm is the reference of the paired tests.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readJson, writeJsonAtomic } from "../src/base/files.ts";
import { Random } from "../src/base/random.ts";
import { openDataset, splitLeaveLastTwo } from "../src/data/index.ts";
import { hubness, neighbourAgreement, openEmbeddings, randomNeighbours, similarUsers } from "../src/embedding/index.ts";
import { type MetricName, pairedTTest, perUserValues } from "../src/evaluation/index.ts";
import { questionName } from "../src/pipeline/evaluate/evaluation-record.ts";
import { readEvaluation, readRanks } from "../src/pipeline/evaluate/store.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    runs: { type: "string" },
    arms: { type: "string" },
    preset: { type: "string", default: "mini" },
    seed: { type: "string", default: "2026" },
    users: { type: "string" },
    threads: { type: "string", default: String(cpus().length) },
    neighbours: { type: "string", default: "50" },
    set: { type: "string", multiple: true, default: [] },
  },
});
if (!values.data || !values.runs || !values.arms)
  throw new Error("--data DIR, --runs DIR and --arms A,B,... are needed");
const { data, runs, preset, seed, threads } = values;
const arms = values.arms.split(",");
const settings = values.set.flatMap((setting) => ["--set", setting]);
const sample = values.users === undefined ? [] : ["--users", values.users];
const METRICS: readonly MetricName[] = ["HR@10", "NDCG@10"];

const dataset = await openDataset(data);
const split = splitLeaveLastTwo(dataset);

for (const arm of arms) {
  const run = join(runs, arm);
  if (!existsSync(join(run, "evaluation.json"))) {
    const resume = existsSync(join(run, "config.json"));
    const how = resume ? ["--resume"] : ["--preset", preset, "--seed", seed, "--embeddings", arm, ...settings];
    isrf("train", data, "--out", run, "--threads", threads, ...how);
    isrf("evaluate", run, "--threads", threads, ...sample);
  }
}

const reference = arms[0]!;
const results = [];
for (const arm of arms) results.push({ arm, ...(await graphOf(arm)), ...(await accuracyOf(arm)) });

const options = [...sample, "--threads", threads, "--neighbours", values.neighbours, ...settings].join(" ");
await writeJsonAtomic(join("results", `texts-${dataset.manifest.name}.json`), {
  command: `npx tsx scripts/does-text-help.ts --data DIR --runs DIR --arms ${arms.join(",")} --preset ${preset} --seed ${seed} ${options}`,
  commit: execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" }).trim(),
  seed: Number(seed),
  machine: { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version },
  reference,
  arms: results,
});
for (const { arm, graph, questions } of results) {
  const cells = questions.map(({ question, metrics }) => {
    const shown = METRICS.map((name) => `${name} ${metrics[name]!.value.toFixed(4)}`);
    return `${question} ${shown.join(" ")}`;
  });
  console.log(
    [arm, ...cells, `skew ${graph.skewness.toFixed(1)}`, `agree ${graph.agreementRatio.toFixed(2)}`].join(" | "),
  );
}

function isrf(...words: readonly string[]): void {
  execFileSync(process.execPath, ["dist/cli/main.js", ...words], { stdio: ["ignore", "ignore", "inherit"] });
}

/**
 * Hubs, and how often neighbours share a held-out item: a diagnosis after training, beside the same number of random
 * others.
 */
async function graphOf(arm: string) {
  const { users, manifest } = await openEmbeddings(data!, arm, dataset);
  const k = Number(values.neighbours);
  const similar = await similarUsers(users, k);
  const heldOut = split.prefixes.map((_, u) => [split.valid[u]!, split.test[u]!]);
  const agreement = neighbourAgreement(similar, heldOut);
  const chance = neighbourAgreement(randomNeighbours(similar, Random.of(Number(seed), "random neighbours")), heldOut);
  const graph = { k, ...hubness(similar), agreement, chance, agreementRatio: agreement / chance };
  return { encoder: manifest.encoder, textsBy: manifest.textsBy, graph };
}

/** Metrics with intervals per question, and the paired difference to the reference arm over users. */
async function accuracyOf(arm: string) {
  const record = await readEvaluation(join(runs!, arm));
  const base = await readEvaluation(join(runs!, reference));
  const questions = [];
  for (const task of record.tasks) {
    const question = questionName(task);
    const model = task.systems.find(({ name }) => name === record.system)!;
    const mine = await readRanks({ directory: join(runs!, arm), record, question });
    const theirs = await readRanks({ directory: join(runs!, reference), record: base, question });
    const metrics = Object.fromEntries(
      METRICS.map((name) => {
        const test = pairedTTest(perUserValues(name, mine!.ranks), perUserValues(name, theirs!.ranks));
        return [name, { ...model.metrics[name], difference: test.difference, pValue: test.pValue }];
      }),
    );
    questions.push({ question, metrics });
  }
  return { questions, training: await readJson(join(runs!, arm, "summary.json")) };
}
