import { describe, expect, it } from "vitest";
import { smallestOptions, tinyData, tinyState } from "../../../../test/support/tiny-isrf.ts";
import { dot, rms } from "../../../base/matrix.ts";
import { trainingLists } from "../../../data/index.ts";
import { Parameters } from "../../../engine/index.ts";
import { PreparationClock } from "../../training/preparation-clock.ts";
import { fitItemHead } from "./head-start.ts";
import { recencyLogits } from "./history-rows.ts";

const N_ITEMS = 30;
const WIDTH = 16;

/** Forty users who go up the catalogue one by one, from different items. */
const prefixes = trainingLists(
  Array.from({ length: 40 }, (_, u) => Int32Array.from({ length: 6 }, (_, i) => (u + i) % N_ITEMS)),
);

async function fitted(overrides: Readonly<Record<string, unknown>> = {}, seed = 5) {
  const options = smallestOptions({ headStartEpochs: 60, ...overrides });
  const { parameters } = await tinyState(overrides);
  await fitItemHead(parameters, { ...tinyData(), prefixes }, { options, seed, compile: { threads: 1 } });
  return parameters;
}

function mapped(parameters: Parameters, vector: Float32Array): Float32Array {
  if (!parameters.all.some(({ name }) => name === "head.map")) return vector;
  const map = parameters.get("head.map").front.value;
  return Float32Array.from({ length: WIDTH }, (_, column) =>
    vector.reduce((sum, x, i) => sum + x * map[i * WIDTH + column]!, 0),
  );
}

/**
 * The item whose row has the largest product with the rows of `history` (oldest first), as the shortcut weighs them.
 */
function best(parameters: Parameters, history: readonly number[], table = "omega.sequential"): number {
  const rows = parameters.get(table).front.value;
  const row = (item: number) => rows.subarray(item * WIDTH, (item + 1) * WIDTH);
  const logits = parameters.get("head.recency").front.value;
  const weights = history.map((_, i) => Math.exp(logits[history.length - i]!));
  const mean = new Float32Array(WIDTH);
  for (const [i, item] of history.entries()) for (const [c, x] of row(item).entries()) mean[c]! += weights[i]! * x;
  const query = mapped(parameters, mean);
  const scores = Array.from({ length: N_ITEMS }, (_, item) => dot(query, row(item)));
  return history
    .reduce((left, item) => left.with(item, Number.NEGATIVE_INFINITY), scores)
    .reduce((top, score, item, all) => (score > all[top]! ? item : top), 0);
}

describe("the head start", () => {
  it.each([
    ["omega^s", {}, "omega.sequential"],
    ["omega^s without a map", { historyMap: false }, "omega.sequential"],
    ["rows of its own", { sequentialWord: "position", sequentialUser: "shared" }, "head.items"],
  ])("fits %s to what follows what", async (_, overrides, table) => {
    const parameters = await fitted(overrides);
    const next = prefixes.slice(0, N_ITEMS).map((items) => best(parameters, [...items.slice(1, 4)], table));
    const right = next.filter((item, u) => item === (u + 4) % N_ITEMS).length;
    expect(right).toBeGreaterThan(0.8 * N_ITEMS);
    const { parameters: before } = await tinyState(overrides);
    const guessed = prefixes.slice(0, N_ITEMS).map((items) => best(before, [...items.slice(1, 4)], table));
    expect(guessed.filter((item, u) => item === (u + 4) % N_ITEMS).length).toBeLessThan(0.3 * N_ITEMS);
  });

  it.each([
    [true, 0.8, 1],
    [false, 0, 0.6],
  ])("with a map (%s) tells what comes next from what came before", async (historyMap, least, most) => {
    const parameters = await fitted({ historyMap });
    const rows = parameters.get("omega.sequential").front.value;
    const row = (item: number) => rows.subarray((item % N_ITEMS) * WIDTH, (item % N_ITEMS) * WIDTH + WIDTH);
    // Users walk up, never down: after item i comes i + 1 and never i - 1.
    const isUp = Array.from({ length: N_ITEMS }, (_, item) => {
      const query = mapped(parameters, row(item + N_ITEMS));
      return dot(query, row(item + 1)) > dot(query, row(item + N_ITEMS - 1));
    });
    const share = isUp.filter(Boolean).length / N_ITEMS;
    expect(share).toBeGreaterThanOrEqual(least);
    expect(share).toBeLessThanOrEqual(most);
  });

  it("leaves rows the size they had, and what is no item's row as it was", async () => {
    const { parameters: before } = await tinyState();
    const after = await fitted();
    const rows = (parameters: Parameters) => parameters.get("omega.sequential").front.value;
    const items = N_ITEMS * WIDTH;
    expect(rms(rows(after).subarray(0, items))).toBeCloseTo(rms(rows(before).subarray(0, items)), 5);
    expect(rows(after).subarray(items)).toEqual(rows(before).subarray(items));
  });

  it("is a function of the seed", async () => {
    const value = async (seed: number) => (await fitted({ headStartEpochs: 2 }, seed)).get("head.recency").front.value;
    expect(await value(5)).toEqual(await value(5));
    expect(await value(5)).not.toEqual(await value(6));
  });

  it("ends after as many steps as are allowed, and says so", async () => {
    const said: string[] = [];
    const clock = new PreparationClock(0, (event) => said.push(event.kind === "done" ? event.detail : event.kind));
    const value = async (overrides: Readonly<Record<string, unknown>>) => {
      const options = smallestOptions(overrides);
      const { parameters } = await tinyState();
      await fitItemHead(parameters, { ...tinyData(), prefixes }, { options, seed: 5, compile: { threads: 1 }, clock });
      return parameters.get("head.recency").front.value;
    };
    // One step an epoch: fewer positions than a batch holds.
    expect(await value({ headStartEpochs: 60, headStartSteps: 2 })).toEqual(await value({ headStartEpochs: 2 }));
    expect(said).toEqual(["2 of 60 epochs, 2 steps: as many as headStartSteps allows", "2 of 2 epochs, 2 steps"]);
  });

  it.each([{ headStartEpochs: 0 }, { headShortcut: false }, { itemHead: 0 }])("does nothing with %o", async (off) => {
    const parameters = new Parameters();
    await fitItemHead(parameters, tinyData(), { options: smallestOptions(off), seed: 5, compile: { threads: 1 } });
    expect(parameters.all).toEqual([]);
  });

  it("has nothing to learn where nobody has two items", async () => {
    const { parameters } = await tinyState();
    const single = { ...tinyData(), prefixes: trainingLists([Int32Array.of(3), Int32Array.of(4)]) };
    await fitItemHead(parameters, single, { options: smallestOptions(), seed: 5, compile: { threads: 1 } });
    expect(parameters.get("head.recency").front.value).toEqual(recencyLogits());
  });

  it("ends when it is interrupted, in the middle of an epoch too", async () => {
    const { parameters: begun } = await tinyState();
    const controller = new AbortController();
    let asked = 0;
    // The clock is asked after each step, and three times before.
    const clock = new PreparationClock(1, undefined, () => {
      if (asked++ === 3) controller.abort();
      return 0;
    });
    const long = trainingLists(Array.from({ length: 400 }, () => Int32Array.of(0, 1, 2, 3, 4, 5)));
    const epochs: number[] = [];
    const options = smallestOptions({ headStartEpochs: 2 });
    const stopped = fitItemHead(
      begun,
      { ...tinyData(), prefixes: long },
      {
        options,
        seed: 5,
        compile: { threads: 1 },
        clock,
        signal: controller.signal,
        onHeadStart: (epoch) => epochs.push(epoch),
      },
    );
    await expect(stopped).rejects.toThrow("interrupted before its first step");
    expect(epochs).toEqual([]);
  });

  it("refuses to go on with a loss that is no number", async () => {
    const { parameters } = await tinyState();
    parameters.get("omega.sequential").front.value.fill(Number.NaN);
    const context = { options: smallestOptions(), seed: 5, compile: { threads: 1 } };
    const failed = fitItemHead(parameters, { ...tinyData(), prefixes }, context);
    await expect(failed).rejects.toThrow(/head start: .*NaN in epoch 1: training has diverged.*headStartEpochs=0/);
  });

  it("ends when it was interrupted before", async () => {
    const { parameters } = await tinyState();
    const context = { options: smallestOptions(), seed: 5, compile: { threads: 1 }, signal: AbortSignal.abort() };
    await expect(fitItemHead(parameters, tinyData(), context)).rejects.toThrow("interrupted before its first step");
  });
});
