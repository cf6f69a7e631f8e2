// What comes next after this history: the logarithm of the share that a sequence model gives an item.
import type { Behind } from "../recommender.ts";
import { valuesAt, type Witness, type WitnessQuestion } from "./witness.ts";

/** A sequence model: scores of all items after each history, [nItems] each. */
export interface SequenceModel {
  /** Items that it was trained on, the first ones: shares are of these, whatever came later. */
  readonly trained: number;
  scores(histories: readonly Int32Array[]): Promise<Float32Array[]>;
  dispose(): Promise<void>;
}

/** It owns `model`. */
export function sequenceWitness(model: SequenceModel): Witness {
  return {
    name: "sequence",
    describes: "log-probability of the item after this history, by the sequence model",
    async testify(questions: readonly WitnessQuestion[], among?: readonly Int32Array[]) {
      const all = await model.scores(questions.map(({ history }) => history));
      return all.map((scores, i) => {
        const logShares = toLogShares(scores, model.trained);
        return among === undefined ? logShares : valuesAt(logShares, among[i]!);
      });
    },
    behind: ({ history }, item) => historyBehind(model, history, item),
    dispose: () => model.dispose(),
  };
}

/** In place: minus the logarithm of the sum of exponentials over the first `trained`. */
function toLogShares(scores: Float32Array, trained: number): Float32Array {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < trained; i++) if (scores[i]! > most) most = scores[i]!;
  let sum = 0;
  for (let i = 0; i < trained; i++) sum += Math.exp(scores[i]! - most);
  const total = most + Math.log(sum);
  for (let i = 0; i < scores.length; i++) scores[i]! -= total;
  return scores;
}

/** What each item of the history adds to the share of `item`: the fall of its logarithm without it, above 0. */
async function historyBehind(model: SequenceModel, history: Int32Array, item: number): Promise<readonly Behind[]> {
  if (history.length < 2) return [];
  const without = Array.from(history, (_, at) => history.filter((__, other) => other !== at));
  const [whole, ...parts] = (await model.scores([history, ...without])).map(
    (scores) => toLogShares(scores, model.trained)[item]!,
  );
  const found = parts.map((part, at): Behind => ({ kind: "item", index: history[at]!, strength: whole! - part }));
  return found.filter(({ strength }) => strength > 0).sort((a, b) => b.strength - a.strength);
}
