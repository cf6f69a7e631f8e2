import { expect, test } from "vitest";
import type { LoggedAnswer, Store } from "../events/store.ts";
import { AnswerLog } from "./answer-log.ts";

const answerOf = (id: string): LoggedAnswer => ({
  id,
  at: 0,
  run: "run",
  modelVersion: "1",
  system: "isrf",
  made: "model",
  items: [],
});

/** A store of answers alone: `log` does what a test wants. */
function logTo(log: (answers: readonly LoggedAnswer[]) => Promise<void>, failures: unknown[] = []): AnswerLog {
  const store = { logAnswers: log } as unknown as Store;
  return new AnswerLog(store, true, (error) => failures.push(error));
}

test("ids ascend within a moment, and share nothing with one another from which one could be guessed", () => {
  const log = logTo(async () => {});
  const ids = Array.from({ length: 200 }, () => log.nextId());
  expect(ids.toSorted()).toEqual(ids);
  const tails = ids.map((id) => id.slice(-12));
  expect(new Set(tails).size).toBe(ids.length);
  expect(new Set(tails.map((tail) => tail.slice(0, 4))).size).toBeGreaterThan(190);
});

test("an overflow while answers are written drops none of the newest", async () => {
  const written: string[] = [];
  let open = () => {};
  const isOpen = new Promise<void>((resolve) => {
    open = resolve;
  });
  const log = logTo(async (answers) => {
    await isOpen;
    written.push(...answers.map(({ id }) => id));
  });
  for (let at = 0; at < 256; at++) log.add(answerOf(`early ${at}`));
  const done = log.flush();
  await new Promise(setImmediate);
  for (let at = 0; at < 99_745; at++) log.add(answerOf(String(at)));
  open();
  await done;
  expect(written[255]).toBe("early 255");
  expect(written.slice(-50_000)).toEqual(Array.from({ length: 50_000 }, (_, at) => String(49_745 + at)));
  await log.close();
});

test("what a store did not take is written when it is back, in order", async () => {
  const [written, failures] = [[] as string[], [] as unknown[]];
  let isAway = true;
  const log = logTo(async (answers) => {
    if (isAway) throw new Error("away");
    written.push(...answers.map(({ id }) => id));
  }, failures);
  log.add(answerOf("1"));
  await log.flush();
  log.add(answerOf("2"));
  isAway = false;
  await log.close();
  expect(written).toEqual(["1", "2"]);
  expect(failures).toHaveLength(1);
});
