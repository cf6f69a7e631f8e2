import { describe, expect, it } from "vitest";
import fc from "../../test/support/fc.ts";
import { tinyShop } from "../../test/support/tiny-shop.ts";
import type { Dataset } from "../data/index.ts";
import { trainingLists, wholeSequences } from "../data/index.ts";
import { splitLeaveLastTwo } from "../data/split.ts";
import { walkChain } from "./chain.ts";
import { OFFLINE_LABEL, offlineReasoner } from "./offline.ts";
import { learnShop } from "./offline-facts.ts";
import type { ChainTexts } from "./reasoner.ts";
import { itemSubject, userSubject } from "./subjects.ts";

/** Every text of a dataset, items then users, straight from the reasoner. */
async function allTexts(dataset: Dataset): Promise<ChainTexts[]> {
  const split = splitLeaveLastTwo(dataset);
  const reasoner = offlineReasoner(dataset, split);
  const ask = async (request: Parameters<typeof reasoner.complete>[0]) => (await reasoner.complete(request)).text;
  const chains: ChainTexts[] = [];
  for (const i of dataset.items.keys()) {
    chains.push((await walkChain(itemSubject(dataset, i), "beauty product", ask)) as ChainTexts);
  }
  const features = chains.map(({ feature }) => feature);
  for (const u of dataset.users.keys()) {
    chains.push(
      (await walkChain(userSubject(dataset, split, features, u, { seed: 5 }), "beauty product", ask)) as ChainTexts,
    );
  }
  return chains;
}

describe("offline reasoner", () => {
  it("writes readable sentences from attributes and co-purchases", async () => {
    const texts = await allTexts(tinyShop(""));
    expect(texts[0]).toMatchInlineSnapshot(`
      {
        "feature": "Budget niche nail polish for nails by Opal: red, polish, lacquer and nails; goes with nail files.",
        "negative": "Users who want premium nail polish or prefer brands other than Opal may dislike it.",
        "positive": "Users who enjoy nail polish in nails and trust Opal may like this budget niche choice for its red, polish, lacquer and nails; its buyers also choose nail files.",
      }
    `);
    expect(texts[30]).toMatchInlineSnapshot(`
      {
        "feature": "A focused shopper with a core interest in nail polish and nail files within nails: polish, nails, shimmer, amber, blue, buffer, green, red, rose, emery, lacquer and file; favours Lacquer Lab, Opal and Filette; prefers budget niche choices and is open to shampoo.",
        "negative": "The user is unlikely to enjoy premium beauty products.",
        "positive": "The user likes nail polish and nail files, especially polish, nails, shimmer, amber, blue and buffer, and buys Lacquer Lab, Opal and Filette.",
      }
    `);
  });

  it("is labelled as rule-based and spends no tokens", async () => {
    const dataset = tinyShop("");
    const reasoner = offlineReasoner(dataset, splitLeaveLastTwo(dataset));
    expect(reasoner.label).toBe("rule-based (offline)");
    expect(OFFLINE_LABEL).toBe(reasoner.label);
    const reply = await reasoner.complete({
      subject: itemSubject(dataset, 0),
      step: "positive",
      prompt: "",
      earlier: {},
    });
    expect(reply).toMatchObject({ promptTokens: 0, completionTokens: 0 });
  });

  it("gives the same texts every time", async () => {
    expect(await allTexts(tinyShop(""))).toEqual(await allTexts(tinyShop("")));
  });

  it("never sees held-out items: exchanging them changes no text and no journal key", async () => {
    const dataset = tinyShop("");
    const before = await allTexts(dataset);
    const parameters = offlineReasoner(dataset, splitLeaveLastTwo(dataset)).parameters;
    const heldOut = fc.tuple(fc.nat(dataset.users.length - 1), fc.nat(29), fc.nat(29));
    await fc.assert(
      fc.asyncProperty(fc.array(heldOut, { minLength: 1, maxLength: 12 }), async (changes) => {
        const sequences = dataset.sequences.map((sequence) => sequence.slice());
        for (const [user, valid, test] of changes) sequences[user]!.set([valid, test], sequences[user]!.length - 2);
        const changed = { ...dataset, sequences: wholeSequences(sequences) };
        expect(offlineReasoner(changed, splitLeaveLastTwo(changed)).parameters).toEqual(parameters);
        expect(await allTexts(changed)).toEqual(before);
      }),
      { numRuns: 15 },
    );
  });

  it("does see training items", async () => {
    const dataset = tinyShop("");
    const sequences = dataset.sequences.map((sequence) => sequence.slice());
    sequences[0]![0] = 29;
    expect(await allTexts({ ...dataset, sequences: wholeSequences(sequences) })).not.toEqual(await allTexts(dataset));
  });

  it("speaks of items of which nothing is known", async () => {
    const dataset = tinyShop("");
    const items = dataset.items.map(({ itemId, sourceNumber }) => ({ itemId, sourceNumber }));
    for (const chain of await allTexts({ ...dataset, items })) {
      for (const text of Object.values(chain)) expect(text).toMatch(/^[A-Z].*[a-z].*\.$/);
    }
  });
});

describe("shop facts", () => {
  it("put prices into thirds of their topic", () => {
    const { items } = tinyShop("");
    const facts = learnShop(items, trainingLists([]));
    // Topic "nail polish" is items 0, 3, ..., 27 at prices 3..12: ten prices, thirds end at indices 3 and 6.
    const tiers = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => facts.items[n * 3]!.tier);
    expect(tiers).toEqual([...Array(4).fill("budget"), ...Array(3).fill("mid-range"), ...Array(3).fill("premium")]);
  });

  it("name topics bought beside an item more often than chance, and siblings never bought beside it", () => {
    const item = (i: number, topic: string) => ({
      itemId: `${i}`,
      categories: ["Shop", "Range", topic],
      sourceNumber: i,
    });
    const items = [item(0, "A"), item(1, "B"), item(2, "C"), item(3, "D")];
    const train = [
      [0, 1],
      [0, 1],
      [0, 1],
      [2, 3],
      [2, 3],
    ].map((list) => Int32Array.from(list));
    const [a] = learnShop(items, trainingLists(train)).items;
    expect(a!.alsoTopics).toEqual(["b"]);
    expect(a!.absentTopics).toEqual(["c", "d"]);
  });

  it("turn code lists into words only where nothing has a name", () => {
    const coded = { itemId: "1", attributes: { attributeIds: "17 3", keywords: "red kayak" }, sourceNumber: 1 };
    const named = { ...coded, itemId: "2", brand: "Acme" };
    const [first, second] = learnShop([coded, named], trainingLists([])).items;
    expect(first!.keywords).toEqual(["red", "kayak", "attribute17", "attribute3"]);
    expect(second!.keywords).toEqual(["red", "kayak"]);
  });
});
