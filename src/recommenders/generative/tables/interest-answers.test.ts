import { expect, it } from "vitest";
import { matrix } from "../../../base/matrix.ts";
import { Random } from "../../../base/random.ts";
import { trainingLists } from "../../../data/index.ts";
import { Parameters } from "../../../engine/index.ts";
import { addIndividualParameters, individualInterests } from "../../../interests/individual-interests.ts";
import { interactionGraph } from "../../../interests/interaction-graph.ts";
import { InterestAnswers } from "./interest-answers.ts";

const N_ITEMS = 30;

/** One user, whose product with item i is `scores[i]`. */
async function answering(scores: (item: number) => number) {
  const items = matrix(N_ITEMS, 2, new Float32Array(2 * N_ITEMS));
  for (let item = 0; item < N_ITEMS; item++) items.data[2 * item] = scores(item);
  const edges = trainingLists([Int32Array.of(0, 1)]);
  const graph = { nUsers: 1, nItems: N_ITEMS, graph: interactionGraph(edges, N_ITEMS), embeddings: items };
  const shape = { width: 2, layers: 0, sigma: 1, itemSource: "frozen-semantic" } as const;
  const parameters = new Parameters();
  addIndividualParameters(parameters, graph, shape, Random.of(1));
  parameters.get("interest.users").front.value.set([1, 0]);
  const questions = [
    { userIndex: 0, history: Int32Array.of(0, 1), target: 4, candidates: Int32Array.of(9, 4, 20, 21) },
  ];
  const answers = await InterestAnswers.of(
    individualInterests(graph, shape),
    parameters,
    { questions, nUsers: 1, nItems: N_ITEMS },
    { threads: 1 },
  );
  const score = await answers.score();
  await answers.dispose();
  return score;
}

it("is the mean of NDCG@10 among all that the history does not hold and among the candidates", async () => {
  // Of better items 2 and 3 are no candidates, 0 and 1 are in the history.
  expect(await answering((item) => -item)).toBeCloseTo((1 / Math.log2(4) + 1) / 2, 6);
  // Of candidates 9, 20 and 21 are better, of all items 25.
  expect(await answering((item) => item)).toBeCloseTo(1 / Math.log2(5) / 2, 6);
});

it("gives no item an advantage among equals", async () => {
  const among = (n: number) => {
    const places = Array.from({ length: Math.min(n, 10) }, (_, i) => 1 / Math.log2(i + 2));
    return places.reduce((sum, value) => sum + value, 0) / n;
  };
  expect(await answering(() => 1)).toBeCloseTo((among(28) + among(4)) / 2, 6);
});
