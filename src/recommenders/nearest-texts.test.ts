import { expect, test } from "vitest";
import { dot, matrix, normaliseRows, row } from "../base/matrix.ts";
import { Random } from "../base/random.ts";
import { forEachNearest, type NearestSearch } from "./nearest-texts.ts";

interface Near {
  readonly item: number;
  readonly cosine: number;
}

async function found(search: NearestSearch): Promise<Near[][]> {
  const all: Near[][] = [];
  await forEachNearest(
    search,
    (at, { keys, scores, size }) => {
      all[at] = Array.from(keys.subarray(0, size), (item, i) => ({ item, cosine: scores[i]! }));
    },
    { threads: 1 },
  );
  return all;
}

/** One by one, in double precision. */
function foundByHand({ texts, places, among, count }: NearestSearch): Near[][] {
  return Array.from(places, (place) =>
    Array.from(among, (item): Near => ({ item, cosine: dot(row(texts, place), row(texts, item)) }))
      .sort((a, b) => b.cosine - a.cosine || a.item - b.item)
      .slice(0, count),
  );
}

const random = Random.of(1, "texts");
const texts = normaliseRows(matrix(900, 24, random.normals(900 * 24)));
/** Words of item 7, or none at all. */
for (const item of [30, 50, 51, 700]) row(texts, item).set(row(texts, 7));
for (const item of [31, 32, 701]) row(texts, item).fill(0);
const places = Int32Array.from({ length: 600 }, (_, i) => 300 + i);
const among = Int32Array.from({ length: 300 }, (_, i) => i);

test("neighbours and cosines are those of a search one by one, to the last bit, over several blocks", async () => {
  const search = { texts, places, among, count: 10 };
  expect(await found(search)).toEqual(foundByHand(search));
});

test("equal texts stand in the order of their numbers, of however many", async () => {
  const alike = matrix(40, 3, new Float32Array(120).fill(3 ** -0.5));
  const [near] = await found({ texts: alike, places: Int32Array.of(39), among: among.slice(0, 39), count: 5 });
  expect(near!.map(({ item }) => item)).toEqual([0, 1, 2, 3, 4]);
});

test("where there are fewer, all are visited; where there are none, nothing is", async () => {
  const few = { texts, places: Int32Array.of(700), among: Int32Array.of(7, 8), count: 5 };
  expect(await found(few)).toEqual(foundByHand(few));
  expect(await found({ ...few, among: new Int32Array(0) })).toEqual([]);
});
