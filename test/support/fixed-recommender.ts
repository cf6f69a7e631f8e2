// Recommenders with scripted answers, to show what an evaluation makes of them.
import type { RankedList, Recommender } from "../../src/recommenders/recommender.ts";

export interface FixedAnswers {
  readonly name?: string;
  readonly sequential?: (userIndex: number, history: Int32Array) => readonly number[];
  readonly direct?: (userIndex: number, candidates: Int32Array) => readonly number[];
}

/** Lists what the functions say, cut to the count asked for; scores fall from 0 by one each. */
export function fixedRecommender({ name = "fixed", sequential, direct }: FixedAnswers): Recommender {
  const list = (items: readonly number[], count: number): RankedList => ({
    items: Int32Array.from(items.slice(0, count)),
    scores: Float32Array.from(items.slice(0, count), (_, place) => -place),
  });
  return {
    name,
    tasks: [...(sequential ? (["sequential"] as const) : []), ...(direct ? (["direct"] as const) : [])],
    async rankSequential(requests, count) {
      return requests.map(({ userIndex, history }) => list(sequential!(userIndex!, history), count));
    },
    async rankDirect(requests, count) {
      return requests.map(({ userIndex, candidates }) => list(direct!(userIndex!, candidates), count));
    },
    async dispose() {},
  };
}
