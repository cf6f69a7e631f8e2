// What whitening does to the vectors of texts, seen by the vectors alone: how well the mean of a history's items finds
// the validation item, and how often similar users share theirs. Nothing is trained.
//   npx tsx scripts/whitening.ts DATASET EMBEDDINGS [--users 3000] [--seed 2026] [--out FILE]
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { origin } from "../bench/engine/results.ts";
import { writeJsonAtomic } from "../src/base/files.ts";
import { normaliseRows } from "../src/base/matrix.ts";
import { Random } from "../src/base/random.ts";
import { openDataset, splitOf } from "../src/data/index.ts";
import {
  fitWhitening,
  hubness,
  neighbourAgreement,
  openEmbeddings,
  similarUsers,
  whitened,
} from "../src/embedding/index.ts";
import { mixOf, quality, rankBy } from "./rows-quality.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    users: { type: "string", default: "3000" },
    seed: { type: "string", default: "2026" },
    out: { type: "string" },
  },
});
const [directory, name] = positionals;
if (directory === undefined || name === undefined) throw new Error("expected a dataset and the name of its vectors");
const dataset = await openDataset(directory);
const { prefixes, valid } = splitOf(dataset);
const vectors = await openEmbeddings(directory, name, dataset);
const drawn = Random.of(Number(values.seed), "whitening")
  .shuffle([...dataset.users.keys()])
  .slice(0, Number(values.users));
const taken = Array.from(valid, (item) => (item < 0 ? [] : [item]));

const { matmulPeakGflops: _, ...about } = origin(0);
const powers = [];
for (const power of [0, 0.25, 0.5, 0.75, 1]) {
  const whitening = power === 0 ? undefined : await fitWhitening(vectors.items, power);
  const items = whitening === undefined ? vectors.items : await whitened(vectors.items, whitening);
  const users = whitening === undefined ? vectors.users : await whitened(vectors.users, whitening);
  const rows = { data: items.data, count: items.rows, width: items.columns };
  const ranks = drawn.flatMap((u) => {
    const [target] = taken[u]!;
    const history = [...prefixes[u]!];
    if (target === undefined) return [];
    const weights = history.map((_, i) => 0.8 ** (history.length - 1 - i));
    return [rankBy(mixOf(rows, history, weights), rows, target, new Set(history))];
  });
  const { hitRate, ndcg } = quality(ranks);
  const similar = await similarUsers(normaliseRows(users), 50);
  const rare = hubness(similar);
  powers.push({
    power,
    users: ranks.length,
    hr10: hitRate,
    ndcg10: ndcg,
    neighboursShare: neighbourAgreement(similar, taken),
    skewness: rare.skewness,
  });
  console.log(JSON.stringify(powers.at(-1)));
}
if (values.out !== undefined) {
  const command = `npx tsx scripts/whitening.ts ${dataset.manifest.name} ${name} --users ${values.users} --seed ${values.seed}`;
  const machine = { cpu: cpus()[0]!.model, cores: cpus().length, node: process.version };
  await writeJsonAtomic(values.out, { command, ...about, machine, powers });
}
