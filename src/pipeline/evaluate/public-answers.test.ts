// Worked by hand after ELMRec's direct.py and seq_reranker.py.
import { expect, it } from "vitest";
import { PublicAnswers } from "./public-answers.ts";

const user = { userIndex: 3, history: Int32Array.of(1, 2) };

it("drops seen items and invalid texts of sequential answers, keeps repeats, and looks at ten of the first 25", () => {
  const answers = new PublicAnswers("sequential", 1000, 1);
  answers.add(Int32Array.from([1, -1, 7, 7, ...Array.from({ length: 30 }, (_, i) => 100 + i)]), user, 7);
  const { metrics, repeatedLists, filled } = answers.evaluation!;
  expect(metrics).toMatchObject({ "HR@1": 1, "HR@5": 2, "HR@10": 2, "NDCG@5": 1 });
  expect({ repeatedLists, filled }).toEqual({ repeatedLists: 1, filled: 0 });
});

it("fills what is missing with random items, which count as answers", () => {
  const answers = new PublicAnswers("sequential", 1, 1);
  answers.add(Int32Array.of(5, 1, 2), user, 0);
  // The only item of this catalogue is the target: nine random places hit it nine times.
  expect(answers.evaluation).toMatchObject({ metrics: { "HR@1": 0, "HR@10": 9 }, filled: 0.9 });
});

it("fills an invalid text of a direct answer in its place, and keeps what is no candidate", () => {
  const answers = new PublicAnswers("direct", 1, 1);
  answers.add(Int32Array.from([4, -1, ...Array.from({ length: 18 }, (_, i) => 10 + i)]), user, 0);
  expect(answers.evaluation).toMatchObject({ metrics: { "HR@1": 0, "HR@5": 1, "HR@10": 1 }, filled: 0.1 });
});

it("has nothing to say where nothing was generated freely", () => {
  expect(new PublicAnswers("direct", 10, 1).evaluation).toBeUndefined();
});
