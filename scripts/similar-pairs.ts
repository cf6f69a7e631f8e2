// How near texts that were adapted from a similar item's are to those that a model writes about the item itself: pairs
// are drawn, both are asked about, and the one's chain is adapted to the other. Two chains about the same item, with
// another seed, say how near a model is to itself. Nothing is written into DATASET.
//   npx tsx scripts/similar-pairs.ts DATASET --llm llama-cpp:FILE [--threshold .9] [--pairs 30] [--out FILE]
import { cpus } from "node:os";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { origin } from "../bench/engine/results.ts";
import { writeJsonAtomic } from "../src/base/files.ts";
import { cosine, type Matrix, row } from "../src/base/matrix.ts";
import { Random } from "../src/base/random.ts";
import { openDataset, splitOf } from "../src/data/index.ts";
import { fitLsa } from "../src/embedding/index.ts";
import { makeReasoner } from "../src/pipeline/reason/index.ts";
import { nearestSubjects, SimilarSubjects } from "../src/pipeline/reason/similar-subjects.ts";
import {
  adaptedTexts,
  BUILT_IN_PROMPTS,
  type ChainTexts,
  fromCalls,
  isComplete,
  itemFallback,
  itemSubject,
  walkChain,
} from "../src/reasoning/index.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    llm: { type: "string" },
    threshold: { type: "string", default: "0.9" },
    pairs: { type: "string", default: "30" },
    prompts: { type: "string", default: "one-call/2" },
    seed: { type: "string", default: "2026" },
    out: { type: "string" },
  },
});
const [directory] = positionals;
if (directory === undefined || values.llm === undefined) throw new Error("expected a dataset and --llm");
const { matmulPeakGflops: _, ...about } = origin(0);
const dataset = await openDataset(directory);
const split = splitOf(dataset);
const [seed, threshold] = [Number(values.seed), Number(values.threshold)];
const options = { dataset, split, seed, adaptItems: threshold };
const similar = SimilarSubjects.among(await nearestSubjects(options), options, { items: [], users: [] });
const [, followers] = similar.phasesOf("items", [...dataset.items.keys()]);
const drawn = Random.of(seed, "similar pairs")
  .shuffle([...followers!])
  .slice(0, Number(values.pairs));
const prompts = BUILT_IN_PROMPTS[values.prompts];
if (prompts === undefined) throw new Error(`no prompts ${values.prompts}`);
const wording = { domain: dataset.manifest.domain, prompts };
const reasonerOf = (drawnBy: number) =>
  makeReasoner(values.llm!, dataset, split, { seed: drawnBy, threads: 1, concurrency: 1 });
const [one, other] = [reasonerOf(seed), reasonerOf(seed + 1)];
const chainOf = async (item: number, reasoner = one): Promise<ChainTexts | undefined> => {
  const found = await walkChain(
    itemSubject(dataset, item),
    wording,
    fromCalls((request) => reasoner.complete(request)),
  );
  return isComplete(found) ? found : undefined;
};

interface Pair {
  readonly item: number;
  readonly leader: number;
  readonly from: ChainTexts | undefined;
  readonly own: ChainTexts | undefined;
  readonly again: ChainTexts | undefined;
  readonly adapted: ChainTexts | undefined;
}

const pairs: Pair[] = [];
for (const item of drawn) {
  const leader = similar.leaderOf("items", item);
  const [from, own, again] = [await chainOf(leader), await chainOf(item), await chainOf(item, other)];
  const subjects = [itemSubject(dataset, leader), itemSubject(dataset, item)] as const;
  const adapted = from && adaptedTexts(from, ...subjects);
  pairs.push({ item, leader, from, own, again, adapted });
  console.log(`${pairs.length} of ${drawn.length}`);
}

// In the space of the catalogue's words and of all texts here, and beside those of an item that is quite another.
const texts = pairs.flatMap(({ from, own, again }) => [from, own, again].flatMap((chain) => chain?.feature ?? []));
const space = await fitLsa([...dataset.items.map(itemFallback), ...texts], { dimensions: 256, seed });
const vectorsOf = (chains: readonly (ChainTexts | undefined)[]) =>
  space.encode(chains.map((chain) => chain?.feature ?? ""));
const own = await vectorsOf(pairs.map((pair) => pair.own));
const mean = (which: readonly number[], other: Matrix, shift = 0) =>
  which.reduce((sum, i) => sum + cosine(row(own, i), row(other, (i + shift) % own.rows)), 0) / which.length;
const taken = [...pairs.keys()].filter((i) => pairs[i]!.adapted && pairs[i]!.own && pairs[i]!.again);
const found = {
  pairs: pairs.length,
  leadersComplete: pairs.filter(({ from }) => from !== undefined).length,
  adapted: pairs.filter(({ adapted }) => adapted !== undefined).length,
  compared: taken.length,
  cosineOfOwnWith: {
    adapted: mean(taken, await vectorsOf(pairs.map(({ adapted }) => adapted))),
    leaders: mean(taken, await vectorsOf(pairs.map(({ from }) => from))),
    anotherSeed: mean(taken, await vectorsOf(pairs.map(({ again }) => again))),
    anotherItem: mean(taken, own, 1),
  },
};
console.log(JSON.stringify(found));
if (values.out !== undefined) {
  const { pairs: count, prompts: version } = values;
  const command = `npx tsx scripts/similar-pairs.ts ${dataset.manifest.name} --llm llama-cpp:FILE --threshold ${threshold} --pairs ${count} --prompts ${version} --seed ${seed}`;
  const machine = { cpu: cpus()[0]!.model, cores: cpus().length, node: process.version };
  const chains = pairs.map((pair) => ({ ...pair, title: dataset.items[pair.item]!.title }));
  await writeJsonAtomic(values.out, { command, ...about, machine, llm: basename(values.llm), ...found, chains });
}
// Native threads of the model end with the process.
process.exit(0);
