import { expect, it } from "vitest";
import { jsonPieces } from "./json-pieces.ts";

const RECORD = {
  name: 'say "x"',
  none: null,
  absent: undefined,
  is: true,
  list: [1, {}, []],
  ranks: Int32Array.of(3, 0, -1, 12, 7),
};
const PLAIN = { ...RECORD, ranks: [...RECORD.ranks] };

it.each([1, 2, 5, 9])("writes what JSON.stringify writes, %i numbers of an array in a piece", (atOnce) => {
  expect([...jsonPieces(RECORD, atOnce)].join("")).toBe(JSON.stringify(PLAIN));
});

it("never holds a long list in one string", () => {
  const pieces = [...jsonPieces({ ranks: new Int32Array(100) }, 10)];
  expect(Math.max(...pieces.map(({ length }) => length))).toBe(20);
});
