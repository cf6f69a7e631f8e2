import { expect, test } from "vitest";
import { matrix, normaliseRows, row } from "../../base/matrix.ts";
import { trainingLists } from "../../data/index.ts";
import { coldInterests, coldItems, knownInterests, rowsOfCold, withRows } from "./cold-rows.ts";
import type { EvidenceTables } from "./evidence-files.ts";
import { identityMap } from "./text-map.ts";

const texts = normaliseRows(matrix(4, 2, Float32Array.of(1, 0, 0, 1, 1, 1, -1, 0)));
const rows = matrix(4, 1, Float32Array.of(10, 20, 99, 99));
const counts = Int32Array.of(3, 1, 0, 0);
const tables: EvidenceTables = {
  counts,
  texts: { vectors: texts, map: identityMap(2) },
  prefixes: trainingLists([]),
  following: undefined,
  similar: undefined,
  stretch: 1,
};

test("an item that nobody took is the mean of those whose texts are near, weighed by the cosine", async () => {
  expect([...coldItems(counts)]).toEqual([2, 3]);
  const made = await rowsOfCold(Int32Array.of(2, 3), rows, texts, counts);
  expect(made.data[0]).toBeCloseTo(15, 5);
  // No text is near the last one's: it stays at nothing.
  expect(made.data[1]).toBe(0);
});

test("rows that are known stay as they are, and the given matrix is not written to", () => {
  const out = withRows(rows, Int32Array.of(2), matrix(1, 1, Float32Array.of(5)));
  expect([...out.data]).toEqual([10, 20, 5, 99]);
  expect(row(rows, 2)[0]).toBe(99);
});

test("interests by texts are made once: what was kept is taken, and made anew where nothing was", async () => {
  const kept = await coldInterests(rows, tables);
  const made = await knownInterests(rows, tables, 4);
  expect(await knownInterests(rows, { ...tables, coldInterests: kept }, 4)).toEqual(made);
  const other = matrix(2, 1, Float32Array.of(5, 6));
  expect([...(await knownInterests(rows, { ...tables, coldInterests: other }, 4)).data]).toEqual([10, 20, 5, 6]);
});

test("interests by texts leave alone what came after training", async () => {
  const { data } = await knownInterests(rows, { ...tables, coldInterests: matrix(1, 1, Float32Array.of(5)) }, 3);
  expect([...data]).toEqual([10, 20, 5, 99]);
});

test("without texts, or with all items taken, there is nothing to make", async () => {
  expect(await coldInterests(rows, { counts, texts: undefined })).toBeUndefined();
  expect(await coldInterests(rows, { ...tables, counts: Int32Array.of(3, 1, 1, 1) })).toBeUndefined();
  expect(await knownInterests(rows, { ...tables, texts: undefined }, 4)).toBe(rows);
});
