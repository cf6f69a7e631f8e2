import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../../../../test/support/temporary.ts";
import { openDataset, splitOf, synthesiseShop } from "../../../data/index.ts";
import {
  emptyTally,
  fromReasoner,
  itemSubject,
  Journal,
  type Reasoner,
  STEPWISE_PROMPTS,
  type Subject,
  walkChain,
} from "../../../reasoning/index.ts";
import { openShards } from "./shards.ts";

const reply = { text: "Users who like plain things.", promptTokens: 1, completionTokens: 1, milliseconds: 1 };
const reasoner: Reasoner = {
  kind: "openai",
  model: "m",
  label: "m",
  parameters: {},
  concurrency: 1,
  readsPromptsOnly: true,
  complete: async ({ step }) => ({ ...reply, text: `${reply.text} ${step}` }),
};

it("asks equal questions once over all shards, and gives shards the same bounds whatever is known", async () => {
  const folder = await temporaryDirectory();
  await synthesiseShop({ users: 20, items: 60, seed: 1, out: join(folder, "shop") });
  const whole = await openDataset(join(folder, "shop"));
  // Items 30 to 59 are told in the words of items 0 to 29.
  const items = whole.items.map((item, i) => ({ ...whole.items[i % 30]!, itemId: item.itemId }));
  const dataset = { ...whole, items };
  using journal = Journal.open(join(folder, "journal.db"));
  const given = { reasoner, prompts: STEPWISE_PROMPTS, attempts: 3, journal };
  const facts = { ...given, wave: "items", dataset, split: splitOf(whole), features: [], seed: 1 } as const;
  const first = await openShards(facts, 20);
  expect(first.map(({ from, to, open }) => [from, to, open])).toEqual([
    [0, 20, 20],
    [20, 40, 10],
  ]);
  expect(first[1]!.skip).toEqual(Array.from({ length: 10 }, (_, n) => 30 + n));
  const wording = { domain: dataset.manifest.domain, prompts: STEPWISE_PROMPTS };
  const ask = fromReasoner({ ...given, tally: emptyTally() });
  for (let i = 0; i < 29; i++) await walkChain(itemSubject(dataset, i), wording, ask);
  journal.flush();
  const second = await openShards(facts, 20);
  expect(second.map(({ from, to, open, skip }) => [from, to, open, skip.length])).toEqual([[20, 40, 1, 0]]);
  // What was found in others' words is the item's own answer from now on.
  expect(journal.about("item", [items[40]!.itemId])).toHaveLength(3);
});

it("gives out those that it is about alone, and nobody who takes another one's texts", async () => {
  const folder = await temporaryDirectory();
  await synthesiseShop({ users: 20, items: 60, seed: 1, out: join(folder, "shop") });
  const dataset = await openDataset(join(folder, "shop"));
  using journal = Journal.open(join(folder, "journal.db"));
  const texts = { positive: "Users who like care.", negative: "Others.", feature: "Care." };
  const given = { reasoner, prompts: STEPWISE_PROMPTS, attempts: 3, journal };
  const facts = { ...given, wave: "items", dataset, split: splitOf(dataset), features: [], seed: 1 } as const;
  const [leading] = await openShards({ ...facts, among: new Set([0, 2]) }, 60);
  expect(leading).toMatchObject({ open: 2, skip: [1, ...Array.from({ length: 57 }, (_, n) => n + 3)] });
  const adapting = {
    adaptItems: 0.9,
    textsFor: ({ index }: Subject) => (index === 3 ? { texts, from: "x", similarity: 0.95 } : undefined),
  };
  const [following] = await openShards({ ...facts, among: new Set([3, 4]), adapting }, 60);
  expect(following).toMatchObject({ open: 1 });
  expect(following!.skip).toContain(3);
  expect(journal.about("item", [dataset.items[3]!.itemId]).map(({ adaptedFrom }) => adaptedFrom)).toEqual([
    "x",
    "x",
    "x",
  ]);
});
