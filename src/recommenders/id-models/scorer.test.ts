import { expect, it } from "vitest";
import type { QueryContext } from "./id-model.ts";
import { Scorer } from "./scorer.ts";

it("a diverged model's answers are refused, not left empty", async () => {
  const scorer = new Scorer({ nItems: 3 } as QueryContext<object>, undefined, { threads: 1 });
  const items = Float32Array.of(1, 0, 0, 1, 1, 1);
  const questions = [{ userIndex: 0, history: Int32Array.of() }];
  const of = (users: Float32Array) => scorer.rank({ width: 2, items, users, parameters: {} }, questions, 2);
  try {
    expect((await of(Float32Array.of(2, 1)))[0]!.items).toEqual(Int32Array.of(2, 0));
    await expect(of(Float32Array.of(Number.NaN, 1))).rejects.toThrow(/is no number \(NaN\): .*diverged/);
  } finally {
    await scorer.dispose();
  }
});
