import { expect, test } from "vitest";
import { matrix } from "../../base/matrix.ts";
import { Random } from "../../base/random.ts";
import { trainingLists } from "../../data/index.ts";
import type { EvidenceTables } from "./evidence-files.ts";
import { type GeneratorWitness, generatorOfKnown } from "./generator.ts";
import { groupWitness } from "./group.ts";
import { followingItems, NEIGHBOUR_OPTIONS, neighbourWitness } from "./neighbours.ts";
import { withNewInterests, withNewItems } from "./new-items.ts";
import { identityMap } from "./text-map.ts";
import { furtherTexts, readTexts } from "./text-vectors.ts";

const prefixes = trainingLists([Int32Array.of(0, 1), Int32Array.of(1, 2), Int32Array.of(0, 1, 2)]);
const following = followingItems(prefixes, 3, NEIGHBOUR_OPTIONS);
const similar = { neighbours: Int32Array.of(1, 2, 0), cosines: Float32Array.of(0.9, 0.8, 0.7), k: 1 };
const tables: EvidenceTables = {
  counts: Int32Array.of(2, 3, 2),
  prefixes,
  following,
  similar,
  texts: { vectors: matrix(3, 2, Float32Array.of(1, 0, 0, 1, 0.6, 0.8)), map: identityMap(2) },
  stretch: 1,
};
const wider = withNewItems(tables, matrix(2, 2, Float32Array.of(3, 0, 0, 0)), "evidence");

test("rows of new items stand behind the known ones: nobody took them, and their texts are of unit length", () => {
  expect([...wider.counts]).toEqual([2, 3, 2, 0, 0]);
  expect(wider.texts!.vectors).toMatchObject({ rows: 5, columns: 2 });
  expect([...wider.texts!.vectors.data.slice(6)]).toEqual([1, 0, 0, 0]);
});

test("neighbours and similar users know nothing of them, and say of the others what they said", async () => {
  const questions = [{ userIndex: 0, history: Int32Array.of(0, 1) }];
  for (const of of [
    ({ following: rows }: EvidenceTables) => neighbourWitness(rows!, NEIGHBOUR_OPTIONS),
    ({ similar: lists, counts }: EvidenceTables) => groupWitness(lists!, prefixes, counts),
  ]) {
    const [before] = await of(tables).testify(questions);
    const [after] = await of(wider).testify(questions);
    expect([...after!]).toEqual([...before!, 0, 0]);
  }
  const [next] = await neighbourWitness(wider.following!, NEIGHBOUR_OPTIONS).testify([
    { userIndex: undefined, history: Int32Array.of(3) },
  ]);
  expect([...next!]).toEqual([0, 0, 0, 0, 0]);
});

test("their interests are those of items with near texts; without words there are none", async () => {
  const known = matrix(3, 1, Float32Array.of(2, 4, 6));
  const { rows, data } = await withNewInterests(known, wider);
  expect(rows).toBe(5);
  expect([...data.slice(0, 3)]).toEqual([2, 4, 6]);
  expect(data[3]).toBeCloseTo((1 * 2 + 0.6 * 6) / 1.6, 5);
  expect(data[4]).toBe(0);
});

test("wide texts are reduced on the axes of the known ones, and cannot be where these were not kept", async () => {
  const wide = matrix(8, 600, Random.of(1, "texts").normals(8 * 600));
  const { vectors, reduction } = await readTexts(wide);
  expect(vectors.columns).toBe(8);
  const again = furtherTexts(wide, reduction);
  again.data.forEach((value, i) => {
    expect(value).toBeCloseTo(vectors.data[i]!, 3);
  });
  expect(() => withNewItems(tables, matrix(1, 600), "evidence")).toThrow("Train the run again");
});

test("a generator that has no words for new items is asked without them, and gives them the mean of the others", async () => {
  const asked: unknown[] = [];
  const inner: GeneratorWitness = {
    name: "generator",
    describes: "words",
    async testify(task, questions, lists) {
      asked.push(task, ...questions, ...lists);
      return lists.map((list) => Float32Array.from(list, (item) => -item));
    },
    async dispose() {},
  };
  expect(generatorOfKnown(inner, 5, 5)).toBe(inner);
  const generator = generatorOfKnown(inner, 3, 5);
  const said = await generator.testify(
    "sequential",
    [
      { userIndex: 0, history: Int32Array.of(0, 3) },
      { userIndex: 1, history: Int32Array.of(4) },
    ],
    [Int32Array.of(1, 4, 2), Int32Array.of(0, 1)],
  );
  expect(said.map((values) => [...values])).toEqual([
    [-1, -1.5, -2],
    [0, 0],
  ]);
  expect(asked).toEqual([
    "sequential",
    { userIndex: 0, history: Int32Array.of(0), candidates: undefined },
    Int32Array.of(1, 2),
  ]);
  expect(generator.describes).toContain("mean of the others");
});

test("a generator of new items is asked about these alone, in prompts with all that it can write", async () => {
  const asked: [string, readonly number[], readonly number[] | undefined, readonly number[]][] = [];
  const speaker = (who: string, factor: number): GeneratorWitness => ({
    name: "generator",
    describes: "words",
    async testify(_, questions, lists) {
      questions.forEach(({ history, candidates }, i) => {
        asked.push([who, [...history], candidates && [...candidates], [...lists[i]!]]);
      });
      return lists.map((list) => Float32Array.from(list, (item) => factor * item));
    },
    async dispose() {},
  });
  const further = { witness: speaker("further", -10), written: Uint8Array.of(1, 0) };
  const generator = generatorOfKnown(speaker("known", -1), 3, 5, further);
  const ask = async (history: readonly number[], list: readonly number[], candidates?: readonly number[]) => {
    asked.length = 0;
    const question = {
      userIndex: 0,
      history: Int32Array.from(history),
      candidates: candidates && Int32Array.from(candidates),
    };
    const task = candidates === undefined ? "sequential" : "direct";
    const [said] = await generator.testify(task, [question], [Int32Array.from(list)]);
    return [...said!];
  };
  // 4 cannot be written: the mean of -1, -30 and -2.
  expect(await ask([0, 3], [1, 3, 2, 4])).toEqual([-1, -30, -2, -11]);
  expect(asked).toEqual([
    ["known", [0], undefined, [1, 2]],
    ["further", [0, 3], undefined, [3]],
  ]);
  expect(await ask([0, 3], [1, 2])).toEqual([-1, -2]);
  expect(asked.map(([who]) => who)).toEqual(["known"]);
  expect(await ask([0], [2, 3], [2, 3, 4])).toEqual([-2, -30]);
  expect(asked).toEqual([
    ["known", [0], [2], [2]],
    ["further", [0], [2, 3], [3]],
  ]);
  // Without a known item in the history there is a prompt all the same.
  expect(await ask([3, 4], [1, 3])).toEqual([-10, -30]);
  expect(asked).toEqual([["further", [3], undefined, [1, 3]]]);
  expect(await ask([4], [1, 3])).toEqual([0, 0]);
  expect(generator.describes).toBe(
    "words; 1 of 2 items added after training are written by free codes near them, of the others the mean of the others on the list",
  );
});
