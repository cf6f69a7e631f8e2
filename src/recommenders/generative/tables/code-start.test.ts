import { expect, it } from "vitest";
import { smallestOptions, tinyState } from "../../../../test/support/tiny-isrf.ts";
import { codeItems, type ItemCodes } from "../../../backbone/item-codes.ts";
import { cosine, matrix, rms, row } from "../../../base/matrix.ts";
import { Random } from "../../../base/random.ts";
import { startCodes } from "./code-start.ts";

const options = { ...smallestOptions({ codeTokens: 3 }), codeStart: "centroids" } as const;

/** The token table [vocabulary, 16] of a state before and after, with codes of vectors of `columns`. */
async function started(columns: number) {
  const state = await tinyState({ codeTokens: 3 });
  const vectors = matrix(30, columns, Random.of(2).normals(30 * columns));
  const codes = await codeItems(vectors, Random.of(3), 3);
  const table = state.parameters.get("shared.weight").front;
  const before = table.value.slice();
  startCodes(state.parameters, codes, { options, seed: 1 });
  return { before, after: matrix(before.length / 16, 16, table.value), codes };
}

const levelOf = ({ centroids = [] }: ItemCodes, level: number) => centroids[level]!;

it("gives code tokens the size and the angles of what they stand for, and leaves all others", async () => {
  const { before, after, codes } = await started(16);
  const first = levelOf(codes, 0);
  for (let c = 1; c < first.rows; c++) {
    expect(cosine(row(after, 5), row(after, 5 + c))).toBeCloseTo(cosine(row(first, 0), row(first, c)), 4);
  }
  expect(rms(after.data.subarray(5 * 16, (5 + first.rows) * 16))).toBeCloseTo(options.tokenScale, 5);
  expect(after.data.slice(0, 5 * 16)).toEqual(before.slice(0, 5 * 16));
  const end = (5 + (codes.centroids ?? []).reduce((sum, { rows }) => sum + rows, 0)) * 16;
  expect(after.data.slice(end)).toEqual(before.slice(end));
});

it("projects vectors of another width", async () => {
  const { after, codes } = await started(24);
  const first = levelOf(codes, 0);
  expect(rms(after.data.subarray(5 * 16, (5 + first.rows) * 16))).toBeCloseTo(options.tokenScale, 5);
});
