import { expect, test } from "vitest";
import { matrix, normaliseRows } from "../../base/matrix.ts";
import { nearestTextWitness } from "./nearest-text.ts";

const texts = normaliseRows(matrix(4, 2, Float32Array.of(1, 0, 0, 1, 1, 1, 1, 0)));

test("takes the most similar of the history's last items, older ones counting less", async () => {
  const witness = nearestTextWitness(texts, { threads: 1 });
  const question = { userIndex: undefined, history: Int32Array.of(0, 1) };
  const [said] = await witness.testify([question]);
  expect(said![3]).toBeCloseTo(0.85, 5); // like item 0, which is one step older
  expect(said![2]).toBeCloseTo(Math.SQRT1_2, 5); // as like both; the newer one counts
  const [some] = await witness.testify([question], [Int32Array.of(2, 3)]);
  expect([...some!]).toEqual([said![2], said![3]]);
  expect((await witness.behind!(question, 3)).map(({ index }) => index)).toEqual([0]);
  await witness.dispose!();
});

test("looks at five items at most", async () => {
  const witness = nearestTextWitness(texts, { threads: 1 });
  const [said] = await witness.testify([{ userIndex: undefined, history: Int32Array.of(0, 1, 1, 1, 1, 1) }]);
  expect(said![3]).toBe(0);
  await witness.dispose!();
});
