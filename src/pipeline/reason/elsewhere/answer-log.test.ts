import { appendFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../../../../test/support/temporary.ts";
import { DamagedObjectError, openObjects } from "../../../objects/index.ts";
import type { JournalRecord } from "../../../reasoning/index.ts";
import { AnswerLog, answersIn } from "./answer-log.ts";

const record = (key: string, rest: Partial<JournalRecord> = {}): JournalRecord => ({
  key,
  subjectKind: "item",
  subjectId: "tea",
  step: "positive",
  provider: "openai",
  model: "m",
  promptVersion: "1",
  promptHash: "",
  text: "Users who like tea.",
  promptTokens: 10,
  cachedTokens: 0,
  completionTokens: 5,
  thinkingTokens: 0,
  milliseconds: 1,
  calls: 1,
  attempt: 1,
  flaws: "",
  raw: "",
  createdAt: "2026-01-01T00:00:00Z",
  status: "answered",
  adaptedFrom: "",
  similarity: 0,
  ...rest,
});
const failed = (key: string, rest: Partial<JournalRecord> = {}) => record(key, { status: "failed", text: "", ...rest });

it("the next worker of a shard finds what the one before put, and what of it was spent in this round", async () => {
  const objects = await openObjects(await temporaryDirectory());
  const place = { objects, folder: "answers/items-0-10/", round: 1 };
  const earlier = await AnswerLog.open({ ...place, round: 0 }, []);
  earlier.record(record("a"), failed("b"));
  await earlier.close();
  const killed = await AnswerLog.open(place, [record("known")]);
  killed.record(failed("c", { calls: 2 }));
  await killed.close();
  const next = await AnswerLog.open(place, []);
  expect(["a", "b", "c", "known"].map((key) => next.find(key)?.status)).toEqual([
    "answered",
    "failed",
    "failed",
    undefined,
  ]);
  // A question that failed in this round is not put again, one of an earlier round is.
  expect(["b", "c"].map(next.isOfThisRound)).toEqual([false, true]);
  expect(next.spent()).toEqual({ calls: 2, promptTokens: 10, cachedTokens: 0, completionTokens: 5 });
});

it("keeps what an answer took in all, and the answer over the failure", async () => {
  const objects = await openObjects(await temporaryDirectory());
  const place = { objects, folder: "answers/items-0-10/", round: 0 };
  const log = await AnswerLog.open(place, [failed("a", { cachedTokens: 4 })]);
  log.record(record("a", { attempt: 2, cachedTokens: 3 }));
  await log.close();
  const found: JournalRecord[] = [];
  for await (const { records } of answersIn(objects, place.folder)) found.push(...records);
  expect(found).toMatchObject([{ key: "a", status: "answered", calls: 2, promptTokens: 20, cachedTokens: 7 }]);
});

it("refuses answers that are not what was put", async () => {
  const directory = await temporaryDirectory();
  const objects = await openObjects(directory);
  const place = { objects, folder: "answers/items-0-10/", round: 0 };
  const log = await AnswerLog.open(place, []);
  log.record(record("a"));
  await log.close();
  const [name] = await readdir(join(directory, place.folder));
  await appendFile(join(directory, place.folder, name!), "more");
  await expect(AnswerLog.open(place, [])).rejects.toThrow(DamagedObjectError);
});
