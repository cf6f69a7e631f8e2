// Runs that are given back while somebody asks: each model is disposed of once, and by nobody who still needs it.
import { expect, test } from "vitest";
import { fixedRecommender } from "../../../test/support/fixed-recommender.ts";
import { tinyShop } from "../../../test/support/tiny-shop.ts";
import { splitLeaveLastTwo } from "../../data/index.ts";
import type { OpenRun } from "../../runs/run.ts";
import { recommendSchema } from "../contract/recommendations.ts";
import type { UserEvents } from "../events/user-events.ts";
import type { AnswerLog } from "./answer-log.ts";
import { Answering } from "./answering.ts";
import { HeldModel } from "./held-model.ts";
import { explainOne } from "./ranks.ts";
import { ServedRun } from "./served-run.ts";
import type { ServedRuns } from "./served-runs.ts";

const ITEMS = Array.from({ length: 30 }, (_, item) => item);

/** A model that fails whoever asks it once it was disposed of. */
function disposable() {
  const seen = { disposed: 0 };
  const list = () => {
    if (seen.disposed > 0) throw new Error("asked after it was disposed of");
    return ITEMS;
  };
  const dispose = async () => void seen.disposed++;
  const recommender = { ...fixedRecommender({ sequential: list, direct: list }), dispose };
  const options = { maxBatch: 8, maxWaiting: 8, windowMs: 0, onBatch: () => {} };
  return { seen, model: new HeldModel(recommender, options) };
}

function servedRun(model: HeldModel): ServedRun {
  const dataset = tinyShop("tiny");
  const { recommender } = model;
  const run = { directory: "tiny", config: { seed: 1 }, dataset, split: splitLeaveLastTwo(dataset), recommender };
  const facts = { modelVersion: "1", trainedAt: new Date(0), lastDataAt: undefined };
  return new ServedRun("run", run as unknown as OpenRun, facts, { removed: new Set(), added: 0 }, model);
}

/** Runs of which `first` is changed for another, of the same model, while somebody's events are read. */
function changing(model: HeldModel) {
  let current = servedRun(model);
  const runs = { choose: () => current, named: () => current } as unknown as ServedRuns;
  const users = {
    async of() {
      await new Promise(setImmediate);
      const before = current;
      current = servedRun(model);
      await before.retire();
      return { events: [], version: "0" };
    },
  } as unknown as UserEvents;
  return { runs, users, current: () => current };
}

test("a run that is retired while it is asked gives its model back once, when the last answer is made", async () => {
  const { seen, model } = disposable();
  const run = servedRun(model);
  let finish = () => {};
  const first = run.use(() => new Promise<void>((resolve) => (finish = resolve)));
  const second = run.use(async () => {});
  await run.retire();
  await second;
  expect(seen.disposed).toBe(0);
  finish();
  await first;
  await run.retire();
  expect(seen.disposed).toBe(1);
});

test("a run whose model was given back is asked by nobody any more, and its successor keeps the model", async () => {
  const { seen, model } = disposable();
  const [before, after] = [servedRun(model), servedRun(model)];
  await before.retire();
  await expect(before.use(async () => {})).rejects.toThrow("internal: run run is asked after");
  expect(await after.use(async () => "asked")).toBe("asked");
  expect(seen.disposed).toBe(0);
  await after.retire();
  expect(seen.disposed).toBe(1);
});

test("a recommendation is made by the run that it chose, changed meanwhile or not", async () => {
  const { seen, model } = disposable();
  const { runs, users, current } = changing(model);
  const log = { nextId: () => "r1", add: () => {} } as unknown as AnswerLog;
  const answering = new Answering({ runs, users, log, cache: 0, onAnswer: () => {} });
  for (let change = 0; change < 3; change++) {
    const answer = JSON.parse(await answering.recommend(recommendSchema.parse({ user: "user-3", count: 2 })));
    expect(answer).toMatchObject({ made: "model", items: [{ rank: 1 }, { rank: 2 }] });
  }
  expect(seen.disposed).toBe(0);
  await current().retire();
  expect(seen.disposed).toBe(1);
});

test("an explanation is of one run, changed meanwhile or not", async () => {
  const { seen, model } = disposable();
  const { runs, users, current } = changing(model);
  for (let change = 0; change < 3; change++) {
    const explained = await explainOne({ runs, users }, { user: "user-3", item: "item-2" });
    expect(explained).toMatchObject({ item: { id: "item-2" }, rank: 3 });
  }
  expect(seen.disposed).toBe(0);
  await current().retire();
  expect(seen.disposed).toBe(1);
});

test("the next run of the same data takes over what is known of items and people, and another one does not", () => {
  const { model } = disposable();
  const before = servedRun(model);
  const { recommender: _, ...run } = before.run;
  const opened = { ...run, recommender: model.recommender };
  const next = new ServedRun("run", opened, before.facts, { removed: new Set([3]), added: 0, before }, model);
  expect(next.seen).toBe(before.seen);
  expect(next.itemIndex).toBe(before.itemIndex);
  expect(next.userIndex).toBe(before.userIndex);
  expect(next.fallbacks).toBe(before.fallbacks);
  expect([next.dataGeneration, next.generation > before.generation]).toEqual([before.dataGeneration, true]);
  expect(next.index.spaceOf({}).space.items).not.toContain(3);
  expect(before.index.spaceOf({}).space.items).toBeUndefined();
  const other = { ...opened, split: { ...run.split } };
  const swapped = new ServedRun("run", other, before.facts, { removed: new Set(), added: 0, before }, model);
  expect(swapped.fallbacks).not.toBe(before.fallbacks);
  expect(swapped.dataGeneration).not.toBe(before.dataGeneration);
});
