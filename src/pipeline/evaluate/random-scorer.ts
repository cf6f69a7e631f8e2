// A system that draws its scores: what it reaches shows that questions and ranks favour nobody.
import { Random } from "../../base/random.ts";
import type { Recommender } from "../../recommenders/recommender.ts";

/** Orders every user's candidates at random; the direct task alone. */
export function randomScorer(seed: number): Recommender {
  return {
    name: "random scorer",
    tasks: ["direct"],
    answersNewUsers: ["direct"],
    async rankSequential() {
      return [];
    },
    async rankDirect(requests, count) {
      return requests.map(({ userIndex, candidates }) => {
        const who = userIndex ?? `[${candidates}]`;
        const items = Random.of(seed, `random scores of ${who}`).shuffle(candidates.slice()).slice(0, count);
        return { items, scores: Float32Array.from(items, (_, place) => -place) };
      });
    },
    async dispose() {},
  };
}
