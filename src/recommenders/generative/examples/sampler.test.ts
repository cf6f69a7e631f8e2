import { describe, expect, it } from "vitest";
import { smallestOptions, tinyData } from "../../../../test/support/tiny-isrf.ts";
import { compactPrompts } from "../../../backbone/compact-prompt.ts";
import { textPrompts } from "../../../backbone/text-prompt.ts";
import { builtinTokenizer } from "../../../backbone/tokenizer.ts";
import { InputError } from "../../../base/errors.ts";
import { trainingLists } from "../../../data/index.ts";
import type { Task } from "../../recommender.ts";
import { Sampler } from "./sampler.ts";

const data = tinyData({ nUsers: 20, nItems: 30, length: 9 });
const codes = { tokens: Int32Array.from({ length: 60 }, (_, i) => 5 + i), width: 2, vocabulary: 65 };
const compact = compactPrompts({ items: codes, hasGroup: true, templates: "bare" });
const sampler = (over = {}, seed = 1, form = compact) =>
  new Sampler(data.prefixes, data.nItems, form, smallestOptions({ trainNegatives: 5, ...over }), seed);
const examples = (of: Sampler, task: Task, batches: number) =>
  Array.from({ length: batches }, (_, i) => of.batch(task, i)).flat();

describe("the sampler", () => {
  it("cuts contiguous segments out of training prefixes, target last, at most maxHistory before it", () => {
    for (const { userIndex, items, target } of examples(sampler({ maxHistory: 3 }), "sequential", 60)) {
      const prefix = Array.from(data.prefixes[userIndex]!);
      const at = prefix.indexOf(items[0]!);
      expect([...items, target]).toEqual(prefix.slice(at, at + items.length + 1));
      expect(items.length).toBeGreaterThanOrEqual(1);
      expect(items.length).toBeLessThanOrEqual(3);
    }
  });

  it("draws every start and every end of a prefix", () => {
    const seen = new Set(
      examples(sampler(), "sequential", 400)
        .filter(({ userIndex }) => userIndex === 0)
        .map(({ items, target }) => `${items[0]} to ${target}`),
    );
    // Prefixes have 7 items: 7 * 6 / 2 segments of at least two.
    expect(seen.size).toBe(21);
  });

  it("draws as P5 from one of the first three items to one of the last three, where that is asked", () => {
    const options = { ...smallestOptions(), segments: "ends" as const };
    const fromEnds = new Sampler(data.prefixes, data.nItems, compact, options, 1);
    const segments = new Set(
      examples(fromEnds, "sequential", 400)
        .filter(({ userIndex }) => userIndex === 0)
        .map(({ items, target }) => `${items[0]} to ${target}`),
    );
    const [first, last] = [data.prefixes[0]!.slice(0, 3), data.prefixes[0]!.slice(-3)];
    expect([...segments].sort()).toEqual(
      [...first].flatMap((from) => [...last].map((to) => `${from} to ${to}`)).sort(),
    );
  });

  it("mixes lengths within a batch where batches are random, of the same visits", () => {
    const spread = (batchOrder: string) =>
      Array.from({ length: 8 }, (_, i) => {
        const lengths = sampler({ batchOrder })
          .batch("sequential", i)
          .map(({ items }) => items.length);
        return Math.max(...lengths) - Math.min(...lengths);
      }).reduce((total, width) => total + width, 0);
    expect(spread("random")).toBeGreaterThan(2 * spread("sorted"));
    const users = (batchOrder: string) =>
      examples(sampler({ batchOrder }), "sequential", 8)
        .map(({ userIndex }) => userIndex)
        .sort((a, b) => a - b);
    expect(users("random")).toEqual(users("sorted"));
  });

  it("never shows a held-out item in a sequential example", () => {
    const { valid, test } = data.split;
    for (const { userIndex, items, target } of examples(sampler(), "sequential", 60)) {
      const hidden = [valid[userIndex], test[userIndex]].filter((item) => !data.prefixes[userIndex]!.includes(item!));
      for (const item of hidden) expect([...items, target]).not.toContain(item);
    }
  });

  it("gives a direct question what the prefix holds before the answer", () => {
    const lengths = new Set<number>();
    for (const { userIndex, history, target } of examples(sampler(), "direct", 60)) {
      const prefix = Array.from(data.prefixes[userIndex]!);
      expect(Array.from(history!)).toEqual(prefix.slice(0, prefix.indexOf(target!)));
      lengths.add(history!.length);
    }
    expect([...lengths].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it("asks for one item of the prefix among distinct items outside it", () => {
    let heldOut = 0;
    for (const { userIndex, items, target } of examples(sampler(), "direct", 60)) {
      const own = new Set(data.prefixes[userIndex]!);
      expect(new Set(items).size).toBe(6);
      expect(Array.from(items).filter((item) => own.has(item))).toEqual([target]);
      if (items.includes(data.split.test[userIndex]!)) heldOut++;
    }
    // Sparing held-out items as negatives would tell which they are.
    expect(heldOut).toBeGreaterThan(0);
  });

  it("puts the positive at every place equally often", () => {
    const counts = new Array<number>(6).fill(0);
    const drawn = examples(sampler(), "direct", 375);
    for (const { items, target } of drawn) counts[items.indexOf(target!)]!++;
    const expected = drawn.length / 6;
    const chiSquare = counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    // 0.999 quantile of chi-square with 5 degrees of freedom.
    expect(chiSquare).toBeLessThan(20.5);
  });

  it("offers all there is when the catalogue has too few negatives", () => {
    const [example] = sampler({ trainNegatives: 99 }).batch("direct", 0);
    expect(example!.items.length).toBe(1 + data.nItems - new Set(data.prefixes[example!.userIndex]!).size);
  });

  it("visits every user equally often, in another order each pass", () => {
    const of = sampler({ visitsPerEpoch: 2, batch: 5 });
    expect(of.batchesPerEpoch("sequential")).toBe(8);
    // Eight batches are drawn together and sorted by length.
    const users = examples(of, "sequential", 8).map(({ userIndex }) => userIndex);
    const everyone = Array.from({ length: 40 }, (_, i) => Math.floor(i / 2));
    expect(users.toSorted((a, b) => a - b)).toEqual(everyone);
    const later = Array.from({ length: 8 }, (_, i) => of.batch("sequential", 8 + i)).flat();
    expect(later.map(({ userIndex }) => userIndex)).not.toEqual(users);
  });

  it("refuses prefixes of one item where what comes next is learned, and asks among them", () => {
    const single = data.prefixes.map((prefix) => prefix.slice(0, 1));
    const of = new Sampler(trainingLists(single), data.nItems, compact, smallestOptions({ batch: 5 }), 1);
    expect(() => of.batchesPerEpoch("sequential")).toThrow(InputError);
    expect(of.batchesPerEpoch("direct")).toBeGreaterThan(0);
  });

  it("puts prompts of similar length into one batch", () => {
    const of = sampler({ batch: 5 });
    const batches = Array.from({ length: 8 }, (_, i) => of.batch("sequential", i).map(({ items }) => items.length));
    const ranges = batches.map((lengths) => [Math.min(...lengths), Math.max(...lengths)] as const);
    const sorted = ranges.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
    for (let i = 1; i < sorted.length; i++) expect(sorted[i]![0]).toBeGreaterThanOrEqual(sorted[i - 1]![1]);
  });

  it("gives the same batch for the same seed and number, whatever was asked before", () => {
    const fresh = sampler();
    const used = sampler();
    for (const i of [0, 7, 3]) used.batch("direct", i);
    expect(used.batch("direct", 5)).toEqual(fresh.batch("direct", 5));
    expect(sampler({}, 2).batch("direct", 5)).not.toEqual(fresh.batch("direct", 5));
  });

  it("draws every worded template, and none where the form has none", () => {
    const worded = textPrompts({
      tokenizer: builtinTokenizer(),
      itemNumbers: data.itemNumbers,
      templates: "worded+bare",
    });
    const templates = examples(sampler({}, 1, worded), "direct", 20).map(({ template }) => template);
    expect(new Set(templates).size).toBe(5);
    expect(sampler().batch("direct", 0)[0]!.template).toBeUndefined();
  });
});
