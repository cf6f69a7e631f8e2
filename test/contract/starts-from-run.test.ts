// Every trained system that starts from a run knows at once what the run knew, also where users and items have other
// numbers by now: a tensor that does not say whose rows it has would show here.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Dataset, importDataset, synthesiseShop } from "../../src/data/index.ts";
import { embed } from "../../src/pipeline/embed/embed.ts";
import { reason } from "../../src/pipeline/reason/reason.ts";
import { train } from "../../src/pipeline/train/index.ts";
import type { TrainableDefinition } from "../../src/recommenders/definition.ts";
import { settableOptions } from "../../src/recommenders/options/index.ts";
import type { RankedList } from "../../src/recommenders/recommender.ts";
import { RECOMMENDERS } from "../../src/recommenders/registry.ts";
import { openRun } from "../../src/runs/run.ts";

const QUICK = {
  width: 16,
  epochs: 1,
  validationUsers: 10,
  warmStartEpochs: 2,
  headStartEpochs: 1,
  semanticWidth: 8,
  visitsPerEpoch: 1,
};
/** Weights of witnesses are learned anew from what is held out now: what they weigh is compared, part by part. */
const ALONE = {
  witnessSequence: false,
  witnessIndividual: false,
  witnessGroup: false,
  witnessNeighbours: false,
  witnessText: false,
  witnessNearest: false,
  witnessGenerator: false,
  witnessPopularity: false,
  itemHead: 1,
  candidateHead: 1,
};
/** LightGCN stands in the list itself. */
const ONLY_WEIGHED: ReadonlySet<string> = new Set(["stacked"]);
const SYSTEMS = RECOMMENDERS.filter((each): each is TrainableDefinition => {
  return each.kind === "trained" && !ONLY_WEIGHED.has(each.name);
});

/** Nothing moves from where it starts. */
const STILL = { epochs: 1, learningRate: 1e-12, interestLearningRate: 1e-12, warmStartEpochs: 0 };

let root: string;
let [shop, renumbered]: (Dataset | undefined)[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  const source = await synthesiseShop({ users: 30, items: 60, seed: 5, out: join(root, "source") });
  const catalogue = join(root, "items.jsonl");
  const entries = source.items.map(({ itemId, title, brand, categories = [] }) =>
    JSON.stringify({ item_id: itemId, title, brand, categories }),
  );
  await writeFile(catalogue, entries.join("\n"));
  const imported = async (name: string, users: readonly number[]): Promise<Dataset> => {
    const rows = users.flatMap((user) =>
      Array.from(source.sequences[user]!, (item, at) => [source.users[user], source.items[item]!.itemId, at].join()),
    );
    const interactions = join(root, `${name}.csv`);
    await writeFile(interactions, ["user_id,item_id,timestamp", ...rows].join("\n"));
    const dataset = await importDataset({ interactions, items: [catalogue], kCore: 0, out: join(root, name) });
    await reason({ dataset, seed: 5 });
    await embed({ dataset, seed: 5, dimensions: 16 });
    return dataset;
  };
  const users = [...source.users.keys()];
  shop = await imported("shop", users);
  renumbered = await imported("renumbered", users.reverse());
}, 60_000);

afterAll(() => rm(root, { recursive: true, force: true }));

describe.each(SYSTEMS.map((system) => [system.name, system] as const))("%s", (model, { options }) => {
  const own = new Set(settableOptions(options).map(({ name }) => name));
  const only = (values: Readonly<Record<string, number | boolean>>) =>
    Object.fromEntries(Object.entries(values).filter(([name]) => own.has(name)));

  it("gives the answers of the run that it starts from, whatever the numbers are", async () => {
    const [run, next] = [join(root, model), join(root, `${model}-next`)];
    await train({
      dataset: shop!,
      model,
      preset: "tiny",
      out: run,
      threads: 1,
      overrides: only({ ...QUICK, ...(model === "isrf" ? ALONE : {}) }),
    });
    await train({ dataset: renumbered!, from: run, out: next, threads: 1, overrides: only(STILL) });
    const [before, now] = [await answers(run), await answers(next)];
    expect([...now.keys()].sort()).toEqual([...before.keys()].sort());
    for (const [user, was] of before) {
      const is = now.get(user)!;
      // Sums in another order, and vectors of texts in another order, may swap items that are nearly equal.
      was.scores.forEach((score, place) => {
        expect(Math.abs(is.scores[place]! - score), user).toBeLessThan(0.002 + 0.005 * Math.abs(score));
      });
      expect(is.items.filter((item) => was.items.includes(item)).length, user).toBeGreaterThanOrEqual(4);
    }
  }, 60_000);
});

interface Answer {
  readonly items: readonly string[];
  readonly scores: readonly number[];
}

/** Five items for each of ten users, by their ids. */
async function answers(directory: string): Promise<Map<string, Answer>> {
  const { dataset, split, recommender } = await openRun(directory);
  try {
    // What was never seen may stand on its texts alone, whose vectors are not the same to the last digit.
    const among = Int32Array.from(new Set(split.prefixes.flatMap((prefix) => [...prefix]))).sort();
    const users = [...dataset.users].sort().slice(0, 10);
    const requests = users.map((user) => {
      const userIndex = dataset.users.indexOf(user);
      return { userIndex, history: split.prefixes[userIndex]!, among };
    });
    const lists = await recommender.rankSequential(requests, 5);
    const answer = ({ items, scores }: RankedList) => ({
      items: Array.from(items, (item) => dataset.items[item]!.itemId),
      scores: [...scores],
    });
    return new Map(lists.map((list, i) => [users[i]!, answer(list)]));
  } finally {
    await recommender.dispose();
  }
}
