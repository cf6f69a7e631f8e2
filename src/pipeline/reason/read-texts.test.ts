import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, expect, it } from "vitest";
import fc from "../../../test/support/fc.ts";
import { tinyShop } from "../../../test/support/tiny-shop.ts";
import type { ProgressEvent } from "../../base/progress.ts";
import { type Dataset, keywordsOf, splitLeaveLastTwo } from "../../data/index.ts";
import {
  Journal,
  journalPath,
  offlineReasoner,
  type Reasoner,
  readReasoning,
  readUserTexts,
  walkReasoning,
} from "../../reasoning/index.ts";
import { reason } from "./reason.ts";

let folder: string;
let dataset: Dataset;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "isrf-texts-"));
  dataset = tinyShop(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Offline answers; `isSilent` says which questions get none. */
async function written(isSilent: (subject: string, step: string) => boolean = () => false, model = "rules-1") {
  const split = splitLeaveLastTwo(dataset);
  const offline = offlineReasoner(dataset, split);
  const complete: Reasoner["complete"] = async (request) => {
    const { subject, step } = request;
    const reply = await offline.complete(request);
    return isSilent(`${subject.kind} ${subject.index}`, step) ? { ...reply, text: "" } : reply;
  };
  return reason({ dataset, reasoner: { ...offline, model, complete }, seed: 3 });
}

/** What is read, and what is said meanwhile. */
async function reading() {
  const said: ProgressEvent[] = [];
  const texts = await readReasoning(folder, dataset, (event) => said.push(event));
  return { texts, said };
}

const noIndex = { kind: "notice", message: expect.stringContaining("has no index of its present answers") };

function change(sql: string): void {
  const database = new Database(journalPath(folder));
  database.exec(sql);
  database.close();
}

it("looks up what the walk finds, whatever is missing", async () => {
  const gaps = fc.array(fc.tuple(fc.constantFrom("item", "user"), fc.nat(11), fc.constantFrom("positive", "feature")));
  await fc.assert(
    fc.asyncProperty(gaps, fc.uuid(), async (silent, model) => {
      const missing = new Set(silent.map(([kind, index, step]) => `${kind} ${index} ${step}`));
      await written((subject, step) => missing.has(`${subject} ${step}`), model);
      const walked = await walkReasoning(folder, dataset);
      const { texts, said } = await reading();
      expect(said).toEqual([]);
      expect(texts).toEqual(walked);
    }),
    { numRuns: 8 },
  );
});

it("reads some users' texts, and how many of all users' have their words", async () => {
  await written((subject, step) => subject === "user 4" && step === "negative");
  const { users: all, source } = await walkReasoning(folder, dataset);
  const read = await readUserTexts(folder, dataset, [7, 4]);
  expect(read.source).toBe(source);
  expect([...read.texts]).toEqual([
    [7, all[7]],
    [4, all[4]],
  ]);
  expect(read.wordHolders.size).toBeGreaterThan(3);
  for (const [word, holders] of read.wordHolders) {
    expect(holders, word).toBe(all.filter(({ feature }) => keywordsOf(feature).includes(word)).length);
  }
  // Without an index the same is found by the walk.
  change("DELETE FROM wholeTextIndex");
  expect(await readUserTexts(folder, dataset, [7, 4])).toEqual(read);
});

it("reads no index once an answer has changed: it says so, walks, and writes the index anew", async () => {
  await written((subject) => subject === "user 3");
  const before = (await reading()).texts;
  using journal = Journal.open(journalPath(folder));
  const failed = [...journal.records()].find(({ status }) => status === "failed")!;
  journal.merge([{ ...failed, status: "answered", text: "Wants tents." }]);
  const { texts, said } = await reading();
  expect(said).toEqual([noIndex]);
  expect(texts.users[3]).toEqual({ ...before.users[3], positive: "Wants tents." });
  expect((await reading()).said).toEqual([]);
});

it("keeps texts apart that other models wrote", async () => {
  await written();
  const first = (await reading()).texts;
  await written((subject) => subject === "item 0", "rules-2");
  const second = await reading();
  expect(second.said).toEqual([]);
  expect(second.texts.items[0]).not.toEqual(first.items[0]);
  await written();
  expect(await reading()).toEqual({ texts: first, said: [] });
});

it("opens journals made before there was an index, and writes it", async () => {
  await written();
  const { texts } = await reading();
  const triggers = ["INSERT", "UPDATE", "DELETE"].map((name) => `DROP TRIGGER texts_${name};`).join("");
  change(`${triggers} DROP TABLE wholeTextIndex; DROP TABLE textKeys; DROP TABLE textWords;`);
  expect(await reading()).toEqual({ texts, said: [noIndex] });
  expect(await reading()).toEqual({ texts, said: [] });
});

it("uses no count of words that was changed behind its back", async () => {
  await written();
  const read = await readUserTexts(folder, dataset, [7, 4]);
  const [[word, holders]] = [...read.wordHolders] as [[string, number]];
  change(`UPDATE textWords SET counts = replace(counts, '["${word}",${holders}]', '["${word}",${holders + 1}]')`);
  const again = await readUserTexts(folder, dataset, [7, 4]);
  expect(again.wordHolders).toEqual(read.wordHolders);
});

it("writes an index in its present form over one of an earlier form", async () => {
  await written();
  const { texts } = await reading();
  const earlier = ["INSERT", "UPDATE", "DELETE"].map(
    (name) => `DROP TRIGGER texts_${name};
      CREATE TRIGGER texts_${name} AFTER ${name} ON answers BEGIN DELETE FROM textIndex; END;`,
  );
  change(`${earlier.join("")} DROP TABLE wholeTextIndex; DROP TABLE textWords; CREATE TABLE textIndex (identity TEXT);
    CREATE TABLE textWords (word TEXT PRIMARY KEY, holders INTEGER)`);
  expect(await reading()).toEqual({ texts, said: [noIndex] });
  change("UPDATE answers SET attempt = attempt");
  expect((await reading()).said).toEqual([noIndex]);
});

it("reads a journal whose index cannot be written, and says so", async () => {
  await written();
  const { texts } = await reading();
  // A table that refuses rows stands for a disk that does.
  change(
    "DELETE FROM wholeTextIndex; CREATE TRIGGER refuse BEFORE INSERT ON textKeys BEGIN SELECT RAISE(ABORT, 'full'); END",
  );
  const cannot = { kind: "notice", message: expect.stringMatching(/index of texts could not be written \(full\)/) };
  for (let time = 0; time < 2; time++) expect(await reading()).toEqual({ texts, said: [noIndex, cannot] });
});

it("writes no index over answers that another process gives meanwhile", async () => {
  await written();
  change("DELETE FROM wholeTextIndex");
  using journal = Journal.read(journalPath(folder));
  change("UPDATE answers SET attempt = attempt + 1");
  const keys = { item: [], user: [{}] };
  expect(journal.texts.write({ identity: "x", keys, wordHolders: new Map() })).toBe(false);
  expect(journal.texts.read("x", () => true)).toBeUndefined();
  using later = Journal.read(journalPath(folder));
  expect(later.texts.write({ identity: "x", keys, wordHolders: new Map() })).toBe(true);
  expect(later.texts.read("x", (texts) => texts.chain("user", 0))).toEqual({});
});

it("finds users' texts that were written of fewer items than usual, and of no others", async () => {
  const split = splitLeaveLastTwo(dataset);
  const offline = offlineReasoner(dataset, split);
  const seen: number[] = [];
  const complete: Reasoner["complete"] = (request) => {
    if (request.subject.kind === "user") seen.push(request.subject.history.length);
    return offline.complete(request);
  };
  await reason({ dataset, reasoner: { ...offline, complete }, seed: 3, historyItems: 2 });
  expect(Math.max(...seen)).toBe(2);
  const { coverage } = await readReasoning(folder, dataset);
  expect(coverage.users).toBe(1);
  expect((await walkReasoning(folder, dataset)).coverage.users).toBe(1);
});
