// Scores that are made to be added to others: unlike the yardsticks they say 0 of what they know nothing of, instead of
// falling back to popularity. Direct task only.
import { type Matrix, normaliseRows, row } from "../../base/matrix.ts";
import type { Recommender } from "../recommender.ts";
import { ordered } from "./fused.ts";
import { DECAY, type ItemKnnOptions, itemKnnScore } from "./item-knn.ts";

/** A tenth of a usual (shrunk) cosine: candidates without any neighbour are told apart from those with a weak one. */
const LOG_FLOOR = 0.01;

/** log(item-kNN score + .01). */
export function logItemKnn(options: ItemKnnOptions): Recommender {
  const score = itemKnnScore(options);
  const name = "log item-knn";
  return candidateScores(name, false, (history, candidates, out) => {
    score(history, candidates, out);
    for (let i = 0; i < out.length; i++) out[i] = Math.log(out[i]! + LOG_FLOOR);
  });
}

/** Cosine of the candidate's text with the decayed sum of the history's texts, up to a factor per request. */
export function textCosine(itemEmbeddings: Matrix): Recommender {
  const unit = normaliseRows(itemEmbeddings);
  const profile = new Float64Array(unit.columns);
  return candidateScores("text cosine", true, (history, candidates, out) => {
    profile.fill(0);
    let weight = 1;
    for (let at = history.length - 1; at >= 0; at--, weight *= DECAY) {
      const text = row(unit, history[at]!);
      for (let c = 0; c < text.length; c++) profile[c]! += weight * text[c]!;
    }
    candidates.forEach((item, i) => {
      const text = row(unit, item);
      let sum = 0;
      for (let c = 0; c < text.length; c++) sum += profile[c]! * text[c]!;
      out[i] = sum;
    });
  });
}

type CandidateScore = (history: Int32Array, candidates: Int32Array, out: Float64Array) => void;

function candidateScores(name: string, readsTexts: boolean, score: CandidateScore): Recommender {
  return {
    name,
    tasks: ["direct"],
    answersNewUsers: ["direct"],
    answersColdItems: readsTexts ? ["direct"] : [],
    async rankSequential() {
      throw new Error(`internal: ${name} answers the direct task alone`);
    },
    async rankDirect(requests, count) {
      return requests.map(({ history, candidates }) => {
        const out = new Float64Array(candidates.length);
        score(history, candidates, out);
        return ordered(candidates, out, count);
      });
    },
    async dispose() {},
  };
}
