import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { randomShop } from "../../../test/support/random-shop.ts";
import { silent } from "../../base/progress.ts";
import { auditDataset } from "../audit.ts";
import { candidateDamage, loadCandidates } from "../candidates.ts";
import type { Dataset } from "../dataset.ts";
import { openDataset } from "../open-dataset.ts";
import { strictView } from "../protocols/training-view.ts";
import { splitOf, trainingCounts } from "../split.ts";
import { writeDataset } from "../write-dataset.ts";
import { loadColdItems, loadQuestionCandidates, loadQuestions } from "./questions-file.ts";
import { splitDataset } from "./split-dataset.ts";

const root = await mkdtemp(join(tmpdir(), "isrf-test-"));
afterAll(() => rm(root, { recursive: true, force: true }));

const RULES = [{ coldItems: 0.15 }, { coldUsers: 0.2 }, { time: ".6" }];
const CASES = [1, 2].flatMap((seed) => RULES.map((rule) => [seed, JSON.stringify(rule), rule] as const));

async function splitShop(seed: number, rule: object, name: string): Promise<{ source: Dataset; dataset: Dataset }> {
  const out = join(root, `shop-${name}`);
  const shop = randomShop(seed);
  const source = await writeDataset(shop, { out, name: "shop" }, { files: [], options: {} }, silent);
  return { source, dataset: await splitDataset(out, { ...rule, seed, out: join(root, name) }) };
}

describe.each(CASES)("of random shop %i, %s", (seed, words, rule) => {
  const name = `${seed}-${words.replace(/\W/g, "")}`;
  const made = splitShop(seed, rule, name);

  it("nothing held out reaches what training sees, or the numbers of items", async () => {
    const { source, dataset } = await made;
    const split = splitOf(dataset);
    const { prefixes, graph, spared } = strictView(split);
    const ids = (items: Int32Array) => Array.from(items, (item) => dataset.items[item]!.itemId);
    const cold = new Set(await loadColdItems(dataset));
    for (const lists of [prefixes, graph, spared])
      expect(lists.flatMap((l) => [...l]).some((i) => cold.has(i))).toBe(false);
    for (const part of ["valid", "test"] as const) {
      const questions = (await loadQuestions(dataset, part))!;
      questions.userIndices.forEach((user, place) => {
        const [id, target] = [questions.users[place]!, questions.targets[place]!];
        const whole = source.sequences[source.users.indexOf(id)]!;
        const had = Array.from(whole, (item) => source.items[item]!.itemId);
        expect(had).toEqual(
          expect.arrayContaining([...ids(questions.histories[place]!), ...ids(Int32Array.of(target))]),
        );
        expect(questions.histories[place]!.includes(target)).toBe(false);
        expect(dataset.users[user]).toBe(user < 0 ? undefined : id);
        expect(dataset.users.includes(id)).toBe(user >= 0);
        for (const lists of [prefixes, graph, spared]) expect(lists[user]?.includes(target) ?? false).toBe(false);
      });
    }
    // Items of training come first, in order of appearance; all others have the numbers behind them.
    const trained = trainingCounts(split);
    const met = [...new Set(prefixes.flatMap((prefix) => [...prefix]))];
    expect(met).toEqual(met.map((_, number) => number));
    expect(trained.slice(met.length).every((count) => count === 0)).toBe(true);
  });

  it("negatives are distinct items that the user never had, also of those left out of the sequence", async () => {
    const { source, dataset } = await made;
    const sourceItems = (id: string) => {
      const whole = source.sequences[source.users.indexOf(id)]!;
      const numbers = new Map(dataset.items.map(({ itemId }, item) => [itemId, item]));
      return Int32Array.from(whole, (item) => numbers.get(source.items[item]!.itemId)!);
    };
    const n = dataset.items.length;
    for (const part of ["valid", "test"] as const) {
      const questions = (await loadQuestions(dataset, part))!;
      for (const kind of ["uniform", "popularity"] as const) {
        const asked = await loadQuestionCandidates(dataset, questions, kind);
        expect(candidateDamage(asked.negatives, asked.perUser, questions.users.map(sourceItems), n)).toBeUndefined();
        const own = await loadCandidates(dataset, part, kind);
        expect(candidateDamage(own.negatives, own.perUser, dataset.users.map(sourceItems), n)).toBeUndefined();
      }
    }
  });

  it("is the same again, opens again, passes the audit, and leaves its source alone", async () => {
    const { source, dataset } = await made;
    const again = await splitDataset(source.directory, { ...rule, seed, out: join(root, `${name}-again`) });
    expect(again.hash).toBe(dataset.hash);
    expect(again.manifest.split).toEqual(dataset.manifest.split);
    expect(dataset.hash).not.toBe(source.hash);
    expect((await openDataset(source.directory)).hash).toBe(source.hash);
    const { checks } = await auditDataset(dataset);
    expect(checks.filter(({ verdict }) => verdict === "fail")).toEqual([]);
    expect(checks.map(({ name: check }) => check)).toEqual(expect.arrayContaining(["questions", "new-users"]));
  });
});

it("refuses to split what was split, to write over the source, and a time that leaves nobody to ask", async () => {
  const { source, dataset } = await splitShop(9, { coldUsers: 0.1 }, "refused");
  const out = join(root, "none");
  await expect(splitDataset(dataset.directory, { coldItems: 0.1, out })).rejects.toThrow("was made by isrf data split");
  const onItself = splitDataset(source.directory, { coldItems: 0.1, out: source.directory });
  await expect(onItself).rejects.toThrow("is the dataset itself");
  await expect(splitDataset(source.directory, { time: "2024-01-01", out })).rejects.toThrow("found no test question");
  await expect(splitDataset(source.directory, { time: "1960-01-01", out })).rejects.toThrow("no user with enough left");
});
