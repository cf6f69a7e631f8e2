// How good individual interests are by themselves while the warm start fits them: HR@10 and NDCG@10 of validation
// items, for the next item (among all that the history does not hold) and among 99 negatives, every so many epochs.
//   npx tsx scripts/warm-start-curve.ts DATA --epochs 60 --every 10 --set warmStartRegularisation=.01 --json FILE
// Options are those of ISRF's preset; nothing is chosen here, and test items are not asked for.
import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { writeJsonAtomic } from "../src/base/files.ts";
import { Random } from "../src/base/random.ts";
import { loadCandidates, negativesOf, openDataset, splitLeaveLastTwo } from "../src/data/index.ts";
import { openEmbeddings, pca } from "../src/embedding/index.ts";
import { ADAMW_DEFAULTS, Parameters } from "../src/engine/index.ts";
import { addIndividualParameters, individualInterests } from "../src/interests/individual-interests.ts";
import { interactionGraph } from "../src/interests/interaction-graph.ts";
import { warmStart } from "../src/interests/warm-start.ts";
import { systemOptions } from "../src/recommenders/generative/options/system.ts";
import { InterestAnswers, type InterestQuality } from "../src/recommenders/generative/tables/interest-answers.ts";
import { isrf } from "../src/recommenders/isrf/isrf.ts";
import { validationQuestions } from "../src/recommenders/training/ranking-validation.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    embeddings: { type: "string", default: "lsa" },
    preset: { type: "string", default: "mini" },
    epochs: { type: "string", default: "60" },
    every: { type: "string", default: "10" },
    users: { type: "string", default: "2000" },
    seed: { type: "string", default: "1" },
    threads: { type: "string", default: "1" },
    set: { type: "string", multiple: true, default: [] },
    json: { type: "string" },
  },
});
const [directory] = positionals;
if (directory === undefined) throw new Error("a dataset directory is needed");
const set = Object.fromEntries(values.set.map((one) => [one.split("=")[0]!, Number(one.split("=")[1])]));
const options = systemOptions(isrf, values.preset, { set });
const [seed, every] = [Number(values.seed), Number(values.every)];
const compileOptions = { threads: Number(values.threads) };

const dataset = await openDataset(directory);
const split = splitLeaveLastTwo(dataset);
const { nUsers, nItems, prefixes } = split;
const { items } = await openEmbeddings(directory, values.embeddings, dataset);
const stored = await loadCandidates(dataset, "valid", "uniform");
const users = Math.min(nUsers, Number(values.users));
const questions = validationQuestions(split, (user) => negativesOf(stored, user), users, seed);

const { matrix: embeddings } = await pca(items, Math.min(options.semanticWidth, items.columns, nItems));
const graph = { nUsers, nItems, graph: interactionGraph(prefixes, nItems), embeddings };
const { width, individualLayers: layers, sigma, itemSource } = options;
const shape = { width, layers, sigma, itemSource };
const parameters = new Parameters();
addIndividualParameters(parameters, graph, shape, Random.of(seed, "individual"));
const build = individualInterests(graph, shape);
const answers = await InterestAnswers.of(build, parameters, { questions, nUsers, nItems }, compileOptions);

const curve: {
  readonly epochs: number;
  readonly loss?: number;
  readonly next: InterestQuality;
  readonly direct: InterestQuality;
}[] = [];
await look(0);
for (let epochs = 0; epochs < Number(values.epochs); epochs += every) {
  let loss = 0;
  // The optimiser's memory is the parameters' own, so that it goes on.
  await warmStart(
    build,
    parameters,
    { edges: prefixes, nItems },
    {
      epochs: every,
      batch: options.warmStartBatch,
      optimiser: { ...ADAMW_DEFAULTS, learningRate: options.warmStartLearningRate, weightDecay: 0 },
      regularisation: options.warmStartRegularisation,
    },
    (epoch) => Random.of(seed, `warm start/${epochs + epoch}`),
    compileOptions,
    (_, one) => {
      loss = one;
    },
  );
  await look(epochs + every, loss);
}
await answers.dispose();
if (values.json !== undefined)
  await writeJsonAtomic(values.json, {
    command: commandAsTyped(),
    commit: execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" }).trim(),
    machine: { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version },
    dataset: { name: dataset.manifest.name, users: nUsers, items: nItems },
    options,
    curve,
  });

/** Without the names that folders and files have here. */
function commandAsTyped(): string {
  const named: readonly (string | undefined)[] = [directory, values.json];
  const words = process.argv
    .slice(2)
    .map((word) => (named.includes(word) ? (word === directory ? "DATA" : "FILE") : word));
  return `npx tsx scripts/warm-start-curve.ts ${words.join(" ")}`;
}

async function look(epochs: number, loss?: number): Promise<void> {
  const quality = await answers.quality();
  curve.push({ epochs, ...(loss === undefined ? {} : { loss }), ...quality });
  const words = (["next", "direct"] as const).map(
    (task) => `${task} ${quality[task]["HR@10"].toFixed(4)} / ${quality[task]["NDCG@10"].toFixed(4)}`,
  );
  console.log(`${epochs} epochs: ${words.join(", ")}${loss === undefined ? "" : `, loss ${loss.toFixed(4)}`}`);
}
