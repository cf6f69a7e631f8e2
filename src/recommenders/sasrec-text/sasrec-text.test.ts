import { describe, expect, it } from "vitest";
import { plantedSplit } from "../../../test/support/planted-split.ts";
import { matrix, normaliseRows, row } from "../../base/matrix.ts";
import { Random } from "../../base/random.ts";
import { trainingLists } from "../../data/index.ts";
import { optionSpace } from "../id-models/definition.ts";
import { Scorer } from "../id-models/scorer.ts";
import { IdTrainer } from "../id-models/trainer.ts";
import { resolveOptions } from "../options/index.ts";
import { rowsFromTexts } from "./item-rows.ts";
import { sasrecText } from "./sasrec-text.ts";

const shop = plantedSplit({ users: 60, items: 60 });
const texts = matrix(shop.split.nItems, 12, Random.of(5, "texts").normals(shop.split.nItems * 12));
const SMALL = { width: 8, batch: 16 };

const tinyOptions = (overrides: object) =>
  resolveOptions(optionSpace(sasrecText), "tiny", { set: { ...SMALL, ...overrides } });

/** A trainer on prefixes that lack `missing`. */
function trainerWithout(missing: number, overrides: object = {}) {
  const [options, data] = [tinyOptions(overrides), dataWithout(missing)];
  return new IdTrainer(sasrecText, { options, data, validation: [], compile: { threads: 1 } });
}

function dataWithout(missing: number) {
  const { nUsers, nItems, prefixes } = shop.split;
  const kept = trainingLists(prefixes.map((prefix) => prefix.filter((item) => item !== missing)));
  return { nUsers, nItems, prefixes: kept, facts: {}, texts, seed: 3 };
}

describe("rows of sasrec-text", () => {
  it("of an item that training never saw are W s, which can be made for any text", async () => {
    const trainer = trainerWithout(7);
    for (let step = 0; step < 6; step++) await trainer.step(step, 0);
    const { items, width, parameters } = await trainer.vectors();
    const made = rowsFromTexts(parameters, texts);
    const differenceOf = (item: number): number =>
      Math.max(...row(made, item).map((x, d) => Math.abs(x - items[item * width + d]!)));
    expect(differenceOf(7)).toBeLessThan(1e-6);
    expect(differenceOf(8)).toBeGreaterThan(1e-3);
    expect(Object.keys(parameters)).not.toContain("free");
    await trainer.dispose();
  });

  it("do not depend on how long text vectors are", async () => {
    const trainer = trainerWithout(7);
    const { parameters } = await trainer.vectors();
    const doubled = matrix(
      texts.rows,
      texts.columns,
      texts.data.map((x) => 2 * x),
    );
    const [once, twice] = [rowsFromTexts(parameters, normaliseRows(texts)), rowsFromTexts(parameters, doubled)];
    once.data.forEach((x, i) => {
      expect(twice.data[i]).toBeCloseTo(x, 6);
    });
    await trainer.dispose();
  });

  it("lose all free parts with freeDropout 1, so that nothing but texts is learned", async () => {
    const trainer = trainerWithout(7, { freeDropout: 1 });
    const before = trainer.parameters.get("free").front.value.slice();
    for (let step = 0; step < 3; step++) await trainer.step(step, 0);
    // AdamW decays what has no gradient.
    const after = trainer.parameters.get("free").front.value;
    expect(Math.max(...after.map((x, i) => Math.abs(x - before[i]!)))).toBeLessThan(1e-4);
    await trainer.dispose();
  });

  it("of an item that training never saw are not pushed away from histories: no step scores them", async () => {
    const trainer = trainerWithout(7, { freeDropout: 0, dropout: 0 });
    const pulled = await pullOf(trainer);
    expect(pulled[7]).toBe(0);
    expect(pulled[8]).toBeGreaterThan(0);
    await trainer.dispose();
  });
});

/** How far one step moves each item's free part, beyond the optimiser's decay. */
async function pullOf(trainer: ReturnType<typeof trainerWithout>): Promise<number[]> {
  const { value } = trainer.parameters.get("free").front;
  const before = value.slice();
  await trainer.step(0, 0);
  const after = trainer.parameters.get("free").front.value;
  const { learningRate, weightDecay } = tinyOptions({});
  return Array.from({ length: shop.split.nItems }, (_, item) => {
    const own = (x: Float32Array) => x.subarray(item * SMALL.width, (item + 1) * SMALL.width);
    const moved = own(after).map((x, d) => Math.abs(x - own(before)[d]! * (1 - learningRate * weightDecay)));
    return Math.max(...moved) < 1e-6 ? 0 : Math.max(...moved);
  });
}

describe("guesses of sasrec-text", () => {
  it("at the newest position are alike in training's rectangles and in answers of any length", async () => {
    const trainer = trainerWithout(7, { dropout: 0, freeDropout: 0, maxHistory: 16 });
    const vectors = await trainer.vectors();
    const options = tinyOptions({ dropout: 0, freeDropout: 0, maxHistory: 16 });
    const scorer = new Scorer({ ...dataWithout(7), options, isTraining: false }, sasrecText.query, { threads: 1 });
    const short = { userIndex: 0, history: Int32Array.of(4, 9, 2) };
    const long = { userIndex: 1, history: Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11) };
    const alone = await scorer.scores(vectors, [short]);
    const together = await scorer.scores(vectors, [short, long]);
    const { nItems } = shop.split;
    for (let item = 0; item < nItems; item++) expect(together[item]).toBeCloseTo(alone[item]!, 5);
    await Promise.all([trainer.dispose(), scorer.dispose()]);
  });
});
