// What the item head's rows know of the next item by themselves, among all items and among 100 candidates, epoch by
// epoch of their fit (`headStartEpochs`), and what that costs. Validation items of a seeded sample of users, so no test
// item is looked at.
//   npx tsx scripts/head-start.ts DATASET [--epochs 8] [--users 4000] [--seed 1] [--threads 1] [--without-map] [--json]
import { parseArgs } from "node:util";
import { Random } from "../src/base/random.ts";
import { loadCandidates, negativesOf, openDataset, splitLeaveLastTwo } from "../src/data/index.ts";
import { listed, Parameters } from "../src/engine/index.ts";
import { fitItemHead } from "../src/recommenders/generative/heads/head-start.ts";
import { historyTensors } from "../src/recommenders/generative/heads/history-rows.ts";
import { itemRows } from "../src/recommenders/generative/network/item-rows.ts";
import { systemOptions } from "../src/recommenders/generative/options/system.ts";
import { isrf } from "../src/recommenders/isrf/isrf.ts";
import { figures, headQuery, quality, rankAmong, rankBy } from "./rows-quality.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    epochs: { type: "string", default: "8" },
    users: { type: "string", default: "4000" },
    seed: { type: "string", default: "1" },
    threads: { type: "string", default: "1" },
    "without-map": { type: "boolean", default: false },
    json: { type: "boolean" },
  },
});
const [directory] = positionals;
if (directory === undefined) throw new Error("a dataset directory is needed");

const seed = Number(values.seed);
const dataset = await openDataset(directory);
const { prefixes, valid, nItems, nUsers } = splitLeaveLastTwo(dataset);
const options = systemOptions(isrf, "mini", {
  given: { headStartEpochs: Number(values.epochs), historyMap: !values["without-map"] },
});
const { width } = options;
const users = Random.of(seed, "head start users")
  .shuffle(Int32Array.from({ length: nUsers }, (_, user) => user))
  .slice(0, Number(values.users));

const random = Random.of(seed, "rows");
const shape = { options, nItems, t5: { width } };
const table = itemRows(shape);
const parameters = Parameters.of(listed([table, historyTensors(shape)]), (spec) => spec.init(spec.shape, random));

const uniform = await loadCandidates(dataset, "valid", "uniform");
const popular = await loadCandidates(dataset, "valid", "popularity");

function known() {
  const rows = { data: parameters.get(table.name).front.value, count: nItems, width };
  const ranks = { sequential: [] as number[], uniform: [] as number[], popular: [] as number[] };
  for (const user of users) {
    const history = Array.from(prefixes[user]!);
    const query = headQuery(parameters, rows, history, options);
    const target = valid[user]!;
    ranks.sequential.push(rankBy(query, rows, target, new Set(history)));
    ranks.uniform.push(rankAmong(query, rows, target, negativesOf(uniform, user)));
    ranks.popular.push(rankAmong(query, rows, target, negativesOf(popular, user)));
  }
  return { ...quality(ranks.sequential), uniform: quality(ranks.uniform), popular: quality(ranks.popular) };
}

function shown(found: ReturnType<typeof known>): string {
  return `${figures(found)}; direct, uniform ${figures(found.uniform)}, popular ${figures(found.popular)}`;
}

let seconds = 0;
let since = performance.now();
await fitItemHead(
  parameters,
  { prefixes: prefixes, nItems, itemNumbers: new Int32Array(0) },
  {
    options,
    seed,
    compile: { threads: Number(values.threads) },
    report: (event) => {
      if (event.kind !== "step") return;
      seconds += (performance.now() - since) / 1000;
      const found = known();
      if (values.json)
        console.log(JSON.stringify({ dataset: dataset.manifest.name, epoch: event.done, seconds, ...found }));
      else console.log(`epoch ${event.done}, ${seconds.toFixed(0)} s: ${shown(found)} (${event.note})`);
      since = performance.now();
    },
  },
);
