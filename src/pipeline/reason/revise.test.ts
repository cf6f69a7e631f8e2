import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, it } from "vitest";
import { LlmServer, plausibleAnswer } from "../../../test/support/llm-server.ts";
import { tinyShop } from "../../../test/support/tiny-shop.ts";
import { InputError, OperationError, UsageError } from "../../base/errors.ts";
import { type Dataset, splitLeaveLastTwo } from "../../data/index.ts";
import {
  Journal,
  journalPath,
  readItemTexts,
  readReasoning,
  readRevisions,
  readUserTexts,
  revisionsPath,
  STEPWISE_PROMPTS,
  walkReasoning,
} from "../../reasoning/index.ts";
import { reason } from "./reason.ts";
import { makeReasoner } from "./reasoners.ts";
import { askAgain, ChangedMeanwhile, editChain, whyFixed } from "./revise.ts";

let folder: string;
let dataset: Dataset;
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/isrf-revise-`);
  dataset = tinyShop(folder, { nUsers: 4, nItems: 6, length: 5 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const textsOf = async (item: number) => (await readItemTexts(folder, dataset, [item])).get(item)!;
const edit = (step: "positive" | "negative" | "feature", text: string, former: string, index = 2) =>
  editChain({ dataset, kind: "item", index, step, text, former, by: "Ann" });

it("an edited text stands in every reading, and nothing else changes", async () => {
  await reason({ dataset, seed: 3 });
  const before = await readReasoning(folder, dataset);
  await edit("feature", "  A quiet \n lamp. ", before.items[2]!.feature);
  const after = await readReasoning(folder, dataset);
  expect(after.items[2]).toEqual({ ...before.items[2], feature: "A quiet lamp." });
  expect(after.items.filter((_, item) => item !== 2)).toEqual(before.items.filter((_, item) => item !== 2));
  expect(after.users).toEqual(before.users);
  expect(await textsOf(2)).toEqual(after.items[2]);
  expect((await walkReasoning(folder, dataset)).items).toEqual(before.items);
  expect((await walkReasoning(folder, dataset, { isRevised: true })).items).toEqual(after.items);
  const [kept] = (await readRevisions(folder)).all;
  expect(kept).toMatchObject({ by: "Ann", how: "edited", former: before.items[2]!.feature, text: "A quiet lamp." });
  // Reasoning again finds every answer: no question quotes what was changed.
  expect((await reason({ dataset, seed: 3 })).tally).toMatchObject({ asked: 0 });
  expect(await readReasoning(folder, dataset)).toEqual(after);
});

it("the rare words of a changed user count, by the index as by a walk", async () => {
  await reason({ dataset, seed: 3 });
  const { feature } = (await readUserTexts(folder, dataset, [1])).texts.get(1)!;
  await editChain({
    dataset,
    kind: "user",
    index: 1,
    step: "feature",
    text: "Zeppelins alone",
    former: feature,
    by: "Bo",
  });
  const byIndex = await readUserTexts(folder, dataset, [0, 1]);
  expect(byIndex.wordHolders.get("zeppelins")).toBe(1);
  expect(byIndex.writers.get(1)).toBe("rule-based (offline), changed by Bo");
  expect(byIndex.writers.get(0)).toBe("rule-based (offline)");
  using journal = Journal.open(journalPath(folder));
  journal.merge([{ ...[...journal.records()][0]!, key: "another", text: "x" }]);
  expect(await readUserTexts(folder, dataset, [0, 1])).toEqual(byIndex);
});

it("refuses what was changed meanwhile, no words, and the same words", async () => {
  await reason({ dataset, seed: 3 });
  const { feature } = await textsOf(2);
  await edit("feature", "First.", feature);
  await expect(edit("feature", "Second.", feature)).rejects.toThrow(ChangedMeanwhile);
  await expect(edit("feature", " \n ", "First.")).rejects.toThrow(UsageError);
  await expect(edit("feature", "First.", "First.")).rejects.toThrow(UsageError);
  await expect(
    editChain({
      dataset: { ...dataset, hash: "other" },
      kind: "item",
      index: 2,
      step: "feature",
      text: "x",
      former: "First.",
      by: "Ann",
    }),
  ).rejects.toThrow(ChangedMeanwhile);
  expect((await textsOf(2)).feature).toBe("First.");
});

it("two who write at once are both kept, and a changed byte is refused by line", async () => {
  await reason({ dataset, seed: 3 });
  const all = (await readReasoning(folder, dataset)).items;
  await Promise.all([0, 1, 2, 3].map((item) => edit("feature", `Text ${item}.`, all[item]!.feature, item)));
  expect((await readReasoning(folder, dataset)).items.slice(0, 4).map(({ feature }) => feature)).toEqual([
    "Text 0.",
    "Text 1.",
    "Text 2.",
    "Text 3.",
  ]);
  const path = revisionsPath(folder);
  writeFileSync(path, readFileSync(path, "utf8").replace('"by":"Ann"', '"by":"Eve"'));
  const damaged = await readReasoning(folder, dataset).catch((error: unknown) => error);
  expect(damaged).toBeInstanceOf(InputError);
  expect((damaged as InputError).message).toContain("revisions.jsonl:1: found damaged bytes");
});

it("what was said of one answer says nothing of another", async () => {
  await reason({ dataset, seed: 3 });
  await edit("feature", "About the rules' words.", (await textsOf(2)).feature);
  await using server = await LlmServer.start();
  const reasoner = makeReasoner(
    "openai:scripted",
    dataset,
    splitLeaveLastTwo(dataset),
    { structured: "off" },
    server.environment,
  );
  await reason({ dataset, reasoner, seed: 3, prompts: STEPWISE_PROMPTS });
  expect((await textsOf(2)).feature).toMatch(/^People who look for/);
  await reason({ dataset, seed: 3 });
  expect((await textsOf(2)).feature).toBe("About the rules' words.");
});

it("asks again from a text on, told the edited ones, with another seed, and keeps whole answers alone", async () => {
  await using server = await LlmServer.start();
  const { environment } = server;
  const reasoner = makeReasoner(
    "openai:scripted",
    dataset,
    splitLeaveLastTwo(dataset),
    { temperature: 0.3, structured: "off" },
    environment,
  );
  await reason({ dataset, reasoner, seed: 3, prompts: STEPWISE_PROMPTS });
  const before = await textsOf(2);
  await edit("positive", "Whoever collects red things.", before.positive);
  const asked = server.questions.length;
  const steps: string[] = [];
  const question = { dataset, kind: "item", index: 2, from: "negative", by: "Ann", environment } as const;
  server.follow(({ prompt }) => {
    return { kind: "answer", text: `${plausibleAnswer(prompt).slice(0, -1)} again.`, cachedTokens: 7 };
  });
  expect(await askAgain({ ...question, onStep: (step) => steps.push(step) })).toEqual(["negative", "feature"]);
  expect(steps).toEqual(["negative", "feature"]);
  const after = await textsOf(2);
  expect(after.positive).toBe("Whoever collects red things.");
  expect(after.negative).not.toBe(before.negative);
  const [first, second] = server.questions.slice(asked);
  expect(first!.prompt).toContain("Whoever collects red things.");
  expect(second!.prompt).toContain(after.negative);
  expect(first!.body).toMatchObject({ model: "scripted", temperature: 0.3 });
  expect(first!.body.seed).not.toBe(server.questions[0]!.body.seed);
  const { all } = await readRevisions(folder);
  expect(all.slice(1)).toMatchObject([
    { how: "asked again", writer: "scripted (openai)", former: before.negative, calls: 1, cachedTokens: 7 },
    { step: "feature", former: before.feature },
  ]);
  // The second of two answers is of no use: neither is kept.
  const late = server.questions.length;
  server.follow(({ number }) => ({
    kind: "answer",
    text: number === late + 1 ? "People who like another thing very much." : "",
  }));
  await expect(askAgain(question)).rejects.toThrow(/no usable text for "feature" \(empty, then empty\)/);
  expect(await textsOf(2)).toEqual(after);
});

it("a server that answers by another model is asked again where the texts were made so", async () => {
  await using server = await LlmServer.start(() => ({ kind: "answer", model: "another" }));
  const { environment } = server;
  const split = splitLeaveLastTwo(dataset);
  const question = { dataset, kind: "item", index: 2, from: "feature", by: "Ann", environment } as const;
  const options = { structured: "off", anyModel: true } as const;
  const reasoner = makeReasoner("openai:scripted", dataset, split, options, environment);
  await reason({ dataset, reasoner, seed: 3, prompts: STEPWISE_PROMPTS });
  const before = await textsOf(2);
  server.follow(({ prompt }) => ({
    kind: "answer",
    model: "another",
    text: `${plausibleAnswer(prompt).slice(0, -1)} again.`,
  }));
  expect(await askAgain(question)).toEqual(["feature"]);
  expect((await textsOf(2)).feature).not.toBe(before.feature);
});

it("a model that is not there, and one that somebody overtook, leave the texts as they are", async () => {
  await using server = await LlmServer.start();
  const { environment } = server;
  const reasoner = makeReasoner(
    "openai:scripted",
    dataset,
    splitLeaveLastTwo(dataset),
    { structured: "off" },
    environment,
  );
  await reason({ dataset, reasoner, seed: 3, prompts: STEPWISE_PROMPTS });
  const before = await textsOf(2);
  const question = { dataset, kind: "item", index: 2, from: "positive", by: "Ann", environment } as const;
  server.follow(() => ({ kind: "status", status: 401, message: "no such key" }));
  await expect(askAgain(question)).rejects.toThrow(OperationError);
  server.follow(({ prompt }) => ({
    kind: "answer",
    text: `${plausibleAnswer(prompt).slice(0, -1)} too.`,
    delayMs: 60,
  }));
  const late = askAgain(question);
  await edit("negative", "Overtaken.", before.negative);
  await expect(late).rejects.toThrow(ChangedMeanwhile);
  expect(await textsOf(2)).toEqual({ ...before, negative: "Overtaken." });
});

it("rules that are asked again write the rules' words back; a user's question quotes items as they stand", async () => {
  await reason({ dataset, seed: 3 });
  const { feature } = await textsOf(2);
  await edit("feature", "Somebody's words.", feature);
  expect(await askAgain({ dataset, kind: "item", index: 2, from: "positive", by: "Ann" })).toEqual(["feature"]);
  expect((await textsOf(2)).feature).toBe(feature);
  expect(await askAgain({ dataset, kind: "user", index: 1, from: "positive", by: "Ann" })).toEqual([]);
  expect(await whyFixed(dataset)).toBeUndefined();
  expect(await whyFixed({ ...dataset, directory: `${folder}/gone` })).toContain("no such file");
});
