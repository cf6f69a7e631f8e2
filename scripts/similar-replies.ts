// How many replies of real models a similar item could take, adapted: those in form among the labelled replies, each
// with the most similar item of DATASET. No model is asked.
//   npx tsx scripts/similar-replies.ts DATASET [--thresholds .95,.9,.8] [--out FILE]
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { origin } from "../bench/engine/results.ts";
import { writeJsonAtomic } from "../src/base/files.ts";
import { openDataset, splitOf } from "../src/data/index.ts";
import { nearestSubjects } from "../src/pipeline/reason/similar-subjects.ts";
import { adaptedTexts, itemSubject } from "../src/reasoning/index.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { thresholds: { type: "string", default: ".95,.9,.8" }, out: { type: "string" } },
});
const [directory] = positionals;
if (directory === undefined) throw new Error("expected a dataset");
const { matmulPeakGflops: _, ...about } = origin(0);
const dataset = await openDataset(directory);
const items = new Map(dataset.items.map(({ title }, index) => [title, index]));
interface Labelled {
  readonly kind: "item" | "user";
  readonly prompt: string;
  readonly isJson: boolean;
  readonly reply: string;
  readonly labels: readonly string[];
}
const path = join(import.meta.dirname, "../test/judgement/labelled-answers.jsonl");
const labelled = readFileSync(path, "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as Labelled);
const usable = labelled.flatMap(({ kind, prompt, isJson, reply, labels }) => {
  const title = /Title: (.*?); (?:Brand|Categories|Price):/.exec(prompt)?.[1];
  const item = items.get(title);
  return kind === "item" && !isJson && (labels.includes("usable") || labels.includes("weak")) && item !== undefined
    ? [{ item, reply }]
    : [];
});
const { items: nearest } = await nearestSubjects({ dataset, split: splitOf(dataset), seed: 0, adaptItems: 0 });
const { neighbours, cosines, k } = nearest!;
const rows = values.thresholds.split(",").map((threshold) => {
  const near = usable.filter(({ item }) => cosines[item * k]! >= Number(threshold));
  const taken = near.filter(({ item, reply }) => {
    const texts = { positive: reply, negative: reply, feature: reply };
    const other = neighbours[item * k]!;
    return adaptedTexts(texts, itemSubject(dataset, item), itemSubject(dataset, other)) !== undefined;
  });
  return { threshold, replies: near.length, taken: taken.length };
});
console.log(JSON.stringify({ usable: usable.length, rows }));
if (values.out !== undefined) {
  const command = `npx tsx scripts/similar-replies.ts ${dataset.manifest.name} --thresholds ${values.thresholds}`;
  await writeJsonAtomic(values.out, { command, ...about, usable: usable.length, rows });
}
