// What it costs to put new items forward, and what it brings: next items of validation, of users from whom no weights
// were learned, by whether training saw the answer. The catalogue's new items are those of the run's training.
//   npx tsx scripts/favour-new-price.ts RUN [--dataset DIR] [--users 6000] [--add 0,0.5,1,1.5,2,3] [--out FILE]
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { origin } from "../bench/engine/results.ts";
import { writeJsonAtomic } from "../src/base/files.ts";
import { Random } from "../src/base/random.ts";
import type { Recommender } from "../src/recommenders/recommender.ts";
import { openRun } from "../src/runs/run.ts";
import { quality } from "./rows-quality.ts";

const TOP = 10;
const BLOCK = 256;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dataset: { type: "string" },
    users: { type: "string", default: "6000" },
    add: { type: "string", default: "0,0.5,1,1.5,2,3" },
    out: { type: "string" },
  },
});
const [directory] = positionals;
if (directory === undefined) throw new Error("a run directory is needed");

const run = await openRun(directory, { dataset: values.dataset });
const { evidence } = run.recommender;
if (evidence === undefined) throw new Error(`${directory}: its scores are no sums of named terms`);
const { counts } = evidence.training;
const { prefixes, valid } = run.split;
// In the order in which training takes them, checkpoints and weights are chosen by the first.
const users = Random.of(run.config.seed, "validation users")
  .shuffle(Int32Array.from(prefixes.keys()))
  .slice(-Number(values.users))
  .filter((user) => valid[user]! >= 0 && prefixes[user]!.length > 0);

interface Lists {
  /** Of each user's answer, 0 where the list lacks it. */
  readonly ranks: readonly number[];
  /** Of all items in lists, the share that training never saw. */
  readonly newShare: number;
}

async function listsOf(recommender: Recommender): Promise<Lists> {
  const ranks: number[] = [];
  let fresh = 0;
  for (let at = 0; at < users.length; at += BLOCK) {
    const block = users.subarray(at, at + BLOCK);
    const asked = Array.from(block, (userIndex) => ({ userIndex, history: prefixes[userIndex]! }));
    const lists = await recommender.rankSequential!(asked, TOP);
    lists.forEach(({ items }, i) => {
      ranks.push(items.indexOf(valid[block[i]!]!) + 1);
      fresh += items.filter((item) => counts[item] === 0).length;
    });
  }
  return { ranks, newShare: fresh / (users.length * TOP) };
}

function figures(ranks: readonly number[], belongs: (user: number) => boolean) {
  const own = ranks.filter((_, i) => belongs(users[i]!));
  if (own.length === 0) return { users: 0 };
  const { hitRate, ndcg } = quality(own);
  return { users: own.length, "HR@10": hitRate, "NDCG@10": ndcg };
}

const isNew = (user: number) => counts[valid[user]!] === 0;
const rows = [];
for (const favourNew of values.add.split(",").map(Number)) {
  const { ranks, newShare } = await listsOf(favourNew === 0 ? run.recommender : evidence.favouringNew(favourNew));
  const byAnswer = { known: figures(ranks, (user) => !isNew(user)), new: figures(ranks, isNew) };
  rows.push({ favourNew, all: figures(ranks, () => true), byAnswer, newShare });
  console.log(JSON.stringify(rows.at(-1)));
}
await run.recommender.dispose();

if (values.out !== undefined) {
  const { matmulPeakGflops: _, ...about } = origin(0);
  const of = values.dataset === undefined ? directory : `${directory} --dataset ${values.dataset}`;
  const command = `npx tsx scripts/favour-new-price.ts ${of} --users ${values.users} --add ${values.add}`;
  const machine = { cpu: cpus()[0]!.model, cores: cpus().length, node: process.version };
  const items = { all: counts.length, new: Array.from(counts).filter((count) => count === 0).length };
  await writeJsonAtomic(values.out, { command, ...about, seed: run.config.seed, machine, items, rows });
}
