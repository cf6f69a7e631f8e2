import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { tinyShop } from "../../../test/support/tiny-shop.ts";
import { wholeSequences } from "../../data/lists.ts";
import { splitLeaveLastTwo } from "../../data/split.ts";
import { Journal, journalPath, type Reasoner, readReasoning, readReasoningManifest } from "../../reasoning/index.ts";
import { estimateReasoning } from "./estimate.ts";
import { reason } from "./reason.ts";
import { showChain } from "./show.ts";
import { SimilarSubjects } from "./similar-subjects.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "isrf-similar-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A model that says one thing of everything, which holds for everything; it fails where it is told to. */
function model(fails: ReadonlySet<string> = new Set()) {
  const asked: string[] = [];
  const reasoner: Reasoner = {
    kind: "openai",
    model: "m",
    label: "m (openai)",
    parameters: {},
    concurrency: 2,
    async complete({ subject, step }) {
      asked.push(`${subject.id} ${step}`);
      const text = fails.has(subject.id) ? "" : `Plain talk about care, ${step}.`;
      return { text, promptTokens: 10, completionTokens: 5, milliseconds: 1 };
    },
  };
  return { reasoner, asked };
}

async function shop() {
  const dataset = tinyShop(folder, { nUsers: 24 });
  const split = splitLeaveLastTwo(dataset);
  const likeness = { adaptItems: 0.6, adaptUsers: 0.8 };
  const options = { dataset, split, seed: 3, ...likeness };
  const similar = await SimilarSubjects.find(options, { items: [], users: [] });
  const phases = {
    items: similar.phasesOf("items", [...dataset.items.keys()]),
    users: similar.phasesOf("users", [...dataset.users.keys()]),
  };
  return { dataset, options, similar, phases };
}

it("asks about one of those that are alike, and counts, stores and shows what the others took", async () => {
  const { dataset, options, similar, phases } = await shop();
  const { reasoner, asked } = model();
  const [leaders, followers] = phases.items;
  expect(followers!.length).toBeGreaterThan(3);
  expect(phases.users[1]!.length).toBeGreaterThan(3);
  const toAsk = (leaders!.length + phases.users[0]!.length) * 3;
  const prices = { input: 0, output: 0 };
  const estimate = await estimateReasoning({ ...options, reasoner, prices });
  const adapted = { items: followers!.length, users: phases.users[1]!.length };
  expect(estimate).toMatchObject({ questions: toAsk, adapted });

  const result = await reason({ ...options, reasoner });
  expect(asked).toHaveLength(toAsk);
  expect(result).toMatchObject({ adapted, items: { complete: 30 }, users: { complete: 24 } });
  const total = (adapted.items + adapted.users) * 3;
  expect(result.tally).toMatchObject({ asked: toAsk, calls: toAsk, reused: 0, adapted: total });
  const manifest = await readReasoningManifest(folder);
  expect(manifest.counts?.items).toEqual({ subjects: 30, complete: 30, adapted: adapted.items });

  const index = followers![0]!;
  const { itemId, title } = dataset.items[index]!;
  const { steps } = await showChain({ dataset, kind: "item", index });
  const from = dataset.items[similar.leaderOf("items", index)]!.itemId;
  expect(steps.map(({ answer }) => answer?.adaptedFrom)).toEqual([from, from, from]);
  expect(steps[0]!.answer!.similarity).toBeGreaterThanOrEqual(0.6);
  expect(steps[2]!.answer!.text).toContain(title);
  const read = await readReasoning(folder, dataset);
  expect(read.coverage).toEqual({ items: 1, users: 1 });
  expect(read.items[index]!.feature).toBe(steps[2]!.answer!.text);
  // Without the index of texts the journal says the same.
  using journal = Journal.open(journalPath(folder));
  journal.record(...journal.about("item", [itemId]).map((record) => ({ ...record, key: `${record.key}x` })));
  journal.flush();
  expect(await readReasoning(folder, dataset)).toEqual(read);

  // Again: nothing is asked. Without the options adapted texts are no answers.
  expect((await reason({ ...options, reasoner })).tally).toMatchObject({ asked: 0, adapted: total, reused: toAsk });
  const every = await reason({ dataset, seed: 3, reasoner });
  expect(every.adapted).toEqual({ items: 0, users: 0 });
  expect(every.tally.asked).toBeGreaterThanOrEqual(total);
});

it("takes no text of a subject whose own text failed", async () => {
  const { dataset, options, similar, phases } = await shop();
  const follower = phases.items[1]![0]!;
  const leader = dataset.items[similar.leaderOf("items", follower)]!.itemId;
  const { reasoner, asked } = model(new Set([leader]));
  const result = await reason({ ...options, reasoner });
  expect(asked.filter((question) => question.startsWith(`${leader} `))).toEqual([`${leader} positive`]);
  expect(asked.filter((question) => question.startsWith(`item-${follower} `))).toHaveLength(3);
  expect(result.items.complete).toBe(29);
});

it("compares users by training items alone", async () => {
  const { dataset, options, phases } = await shop();
  // Every user's last two items are another user's.
  const moved = dataset.sequences.map((sequence, user) => {
    const other = sequence.slice();
    other.set(dataset.sequences[(user + 1) % dataset.users.length]!.subarray(-2), other.length - 2);
    return other;
  });
  const other = { ...dataset, sequences: wholeSequences(moved) };
  const known = { items: [], users: [] };
  const similar = await SimilarSubjects.find({ ...options, dataset: other, split: splitLeaveLastTwo(other) }, known);
  expect(similar.phasesOf("users", [...dataset.users.keys()])).toEqual(phases.users);
});
