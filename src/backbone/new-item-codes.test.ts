import { describe, expect, it } from "vitest";
import { type Matrix, matrix } from "../base/matrix.ts";
import { Random } from "../base/random.ts";
import { codeItems, type ItemCodes, withoutCentroids } from "./item-codes.ts";
import { codeNewItems } from "./new-item-codes.ts";

/** 16 kinds in the first four columns; the last four say nothing of them. */
function kinds(perKind: number, seed: number): Matrix {
  const random = Random.of(seed);
  const data = Float32Array.from({ length: 16 * perKind * 8 }, (_, i) => {
    const kind = Math.floor(i / 8) % 16;
    const column = i % 8;
    return (column < 4 ? 8 * ((kind >> column) & 1) : 0) + random.normal();
  });
  return matrix(16 * perKind, 8, data);
}

const firstColumns = (m: Matrix, columns: number): Matrix =>
  matrix(
    m.rows,
    columns,
    Float32Array.from({ length: m.rows * columns }, (_, i) => m.data[Math.floor(i / columns) * 8 + (i % columns)]!),
  );

const spelt = ({ tokens, width }: ItemCodes): string[] =>
  Array.from({ length: tokens.length / width }, (_, i) => tokens.subarray(i * width, (i + 1) * width).join());

/** Share of new items whose first token is the commonest one of their kind. */
function shareAtHome({ tokens, width }: ItemCodes, old: number): number {
  const home = Array.from({ length: 16 }, (_, kind) => {
    const own = Array.from({ length: old / 16 }, (_, i) => tokens[width * (16 * i + kind)]!);
    return new Set(own);
  });
  const added = Array.from({ length: tokens.length / width - old }, (_, i) => tokens[width * (old + i)]!);
  return added.filter((token, i) => home[i % 16]!.has(token)).length / added.length;
}

describe("codes of new items", () => {
  it.each([2, 3, 4])("of %i tokens lie where items of their kind are, and are their own", async (width) => {
    const codes = await codeItems(kinds(10, 1), Random.of(1), width);
    const more = codeNewItems(codes, kinds(1, 2));
    expect(more.tokens.slice(0, codes.tokens.length)).toEqual(codes.tokens);
    expect(more.vocabulary).toBe(codes.vocabulary);
    expect(new Set(spelt(more)).size).toBe(176);
    if (width > 2) expect(shareAtHome(more, 160)).toBeGreaterThan(0.9);
  });

  it("can be found by the first columns alone", async () => {
    const codes = await codeItems(kinds(10, 1), Random.of(1), 3);
    expect(shareAtHome(codeNewItems(codes, firstColumns(kinds(1, 2), 4)), 160)).toBeGreaterThan(0.9);
  });

  it("are those of the same vector where its leaf is free", async () => {
    const vectors = kinds(10, 1);
    const codes = await codeItems(vectors, Random.of(1), 3);
    const without = { ...codes, tokens: codes.tokens.slice(3) };
    const again = codeNewItems(without, matrix(1, 8, vectors.data.slice(0, 8)));
    expect(again.tokens.slice(-3)).toEqual(codes.tokens.slice(0, 3));
  });

  it("run out with a word of what to do", async () => {
    const codes = await codeItems(kinds(1, 1), Random.of(1), 2);
    // 16 items have 5 x 5 leaves: nine are free.
    const nine = codeNewItems(codes, matrix(9, 8, kinds(1, 2).data.slice(0, 72)));
    expect(new Set(spelt(nine)).size).toBe(25);
    expect(() => codeNewItems(nine, kinds(1, 3))).toThrow("All codes of items are taken");
  });

  it("need codes that stand for something, and vectors of their kind", async () => {
    const codes = await codeItems(kinds(2, 1), Random.of(1), 2);
    expect(() => codeNewItems(withoutCentroids(codes), kinds(1, 2))).toThrow("of noise");
    expect(() => codeNewItems(codes, matrix(1, 9))).toThrow("9 columns, expected at most the 8");
  });
});
