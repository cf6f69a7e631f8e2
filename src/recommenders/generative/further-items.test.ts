import { afterEach, describe, expect, it } from "vitest";
import { tinyData, tinyState } from "../../../test/support/tiny-isrf.ts";
import { type Matrix, matrix, row, rowsAt, stacked } from "../../base/matrix.ts";
import { type FurtherRows, withFurtherItems } from "./further-items.ts";
import { Generator } from "./generator.ts";
import { type GenerativeState, itemInterests } from "./state.ts";

const { nItems, prefixes } = tinyData();
const WIDTH = 16;
const codeOf = ({ codes }: GenerativeState, item: number): string =>
  codes!.tokens.subarray(item * codes!.width, (item + 1) * codes!.width).join();

/** Items below one token, where a leaf is free. */
function kin(state: GenerativeState): number[] {
  const firstOf = (item: number) => codeOf(state, item).split(",")[0];
  const items = [...Array(nItems).keys()];
  return items
    .map((item) => items.filter((other) => firstOf(other) === firstOf(item)))
    .find(({ length }) => length < 7)!;
}

/** New items: the mean of `items`, and one that is like nothing. */
const meanOf =
  (items: readonly number[]): FurtherRows =>
  async (known) => {
    const mean = new Float32Array(known.columns);
    for (const item of items) for (const [c, value] of row(known, item).entries()) mean[c]! += value / items.length;
    return stacked(stacked(known, matrix(1, known.columns)), matrix(1, known.columns, mean));
  };

describe("items that came after training", () => {
  const open: Generator[] = [];
  afterEach(async () => {
    for (const generator of open.splice(0)) await generator.dispose();
  });
  const generatorOf = (state: GenerativeState): Generator => {
    const generator = new Generator(state, { threads: 1 });
    open.push(generator);
    return generator;
  };

  it("get a free code below that of the items that they are like; those like nothing get none", async () => {
    const state = await tinyState();
    const like = kin(state);
    const { state: longer, places } = (await withFurtherItems(state, meanOf(like)))!;
    expect([...places]).toEqual([-1, nItems]);
    expect(longer.network.nItems).toBe(nItems + 1);
    for (let item = 0; item < nItems; item++) expect(codeOf(longer, item)).toBe(codeOf(state, item));
    const codes = new Set(Array.from({ length: nItems + 1 }, (_, item) => codeOf(longer, item)));
    expect(codes.size).toBe(nItems + 1);
    expect(codeOf(longer, nItems).split(",")[0]).toBe(codeOf(state, like[0]!).split(",")[0]);
    expect(longer.codes!.vocabulary).toBe(state.codes!.vocabulary);
  });

  it("are written by the trained backbone, and read in prompts", async () => {
    const state = await tinyState({ beams: 31 });
    const { state: longer } = (await withFurtherItems(state, meanOf(kin(state))))!;
    const generator = generatorOf(longer);
    const items = prefixes[0]!;
    const question = { task: "sequential", userIndex: 0, items, excluded: items } as const;
    const [list] = await generator.answer([question], nItems + 1);
    expect(list!.items).toContain(nItems);
    const asked = Int32Array.of(nItems, 3);
    const [alone] = await generator.shortlistScores([question], [asked]);
    const withNew = { ...question, items: Int32Array.of(...items, nItems) };
    const [after] = await generator.shortlistScores([withNew], [asked]);
    expect([...alone!, ...after!].every(Number.isFinite)).toBe(true);
    expect(after).not.toEqual(alone);
  });

  it("leave every learnt value as it was: rows of new items stand behind those of items", async () => {
    const state = await tinyState();
    const { state: longer } = (await withFurtherItems(state, meanOf([2, 5])))!;
    const rows = "omega.sequential";
    for (const { name, front } of state.parameters.all.filter((own) => own.name !== rows))
      expect(longer.parameters.get(name).front.value).toBe(front.value);
    const [before, now] = [state, longer].map(({ parameters }): Matrix => {
      const { value } = parameters.get(rows).front;
      return matrix(value.length / WIDTH, WIDTH, value);
    });
    expect([before!.rows, now!.rows]).toEqual([nItems + 2, nItems + 3]);
    const order = [...Array(nItems).keys()];
    expect(rowsAt(now!, [...order, nItems + 1, nItems + 2])).toEqual(rowsAt(before!, [...order, nItems, nItems + 1]));
    row(now!, nItems).forEach((value, c) => {
      expect(value).toBeCloseTo((row(before!, 2)[c]! + row(before!, 5)[c]!) / 2, 5);
    });
    expect(rowsAt(itemInterests(longer), order)).toEqual(itemInterests(state));
  });

  it("get codes as long as there are leaves, the first ones first", async () => {
    const state = await tinyState();
    const leaves = 7 * 7;
    const many: FurtherRows = async (known) => stacked(known, rowsAt(known, Array(25).fill(4)));
    const { state: longer, places } = (await withFurtherItems(state, many))!;
    expect(longer.network.nItems).toBe(leaves);
    expect([...places]).toEqual(Array.from({ length: 25 }, (_, at) => (at < leaves - nItems ? nItems + at : -1)));
    expect(await withFurtherItems(longer, many)).toBeUndefined();
  });

  it("get none where codes are of noise, and none in prompts of text", async () => {
    const state = await tinyState();
    const { centroids: _, ...noise } = state.codes!;
    expect(await withFurtherItems({ ...state, codes: noise }, meanOf([1]))).toBeUndefined();
    expect(await withFurtherItems(await tinyState({ width: 16 }, "small"), meanOf([1]))).toBeUndefined();
  });
});
