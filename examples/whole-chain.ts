// From a synthetic shop to an explained recommendation. Run: npx tsx examples/whole-chain.ts DIRECTORY
// Outside this repository the import reads: from "isrf".
import { join } from "node:path";
import * as isrf from "../src/index.ts";

const directory = process.argv[2] ?? "whole-chain";
const [shop, run] = [join(directory, "shop"), join(directory, "run")];
const seed = 7;

const dataset = await isrf.synthesiseShop({ users: 60, items: 120, seed, out: shop });
await isrf.reason({ dataset: shop, seed });
await isrf.embed({ dataset: shop, seed });
// One epoch of a narrow model: enough to see every part, too little to recommend well.
const overrides = { epochs: 1, width: 16, warmStartEpochs: 5 };
const { summary } = await isrf.train({ dataset: shop, out: run, preset: "tiny", overrides, seed });
console.log(`trained ${summary.step} steps`);

const { tasks } = await isrf.evaluate(run);
for (const { task, candidates, systems } of tasks) {
  const figures = systems.map(({ name, metrics }) => `${name} ${metrics["HR@10"].value.toFixed(3)}`);
  console.log(`${task} ${candidates ?? "all items"}: ${figures.join(", ")}`);
}

const user = dataset.users[0]!;
const explanation = await isrf.explain(run, { user, top: 1 });
// Preset tiny adds up terms; preset small, which is the paper's form, is asked again without evidence.
if (explanation.kind === "evidence") {
  const { item, terms } = explanation.recommendations[0]!;
  const [strongest] = [...terms].sort((a, b) => b.ahead - a.ahead);
  console.log(`${user}: ${item.title}; ${strongest!.name}: ${strongest!.says}`);
}
console.log(`texts ${explanation.texts?.by}: ${explanation.texts?.feature}`);
