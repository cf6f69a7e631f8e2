// Which of the two interests moved an item's rank: exact scores of a pool of items, again with the user's row of one
// interest table replaced by the mean row, as if nothing were known of this user's interest.

import type { Generator, Question } from "../../recommenders/generative/generator.ts";
import { interestRows } from "../../recommenders/generative/generator.ts";
import type { InterestRows } from "../../recommenders/generative/shapes.ts";
import type { GenerativeState } from "../../recommenders/generative/state.ts";
import type { Carried, CounterfactualRanks, ExplainedItem } from "./explanation.ts";

/** What the prompts of sequential questions hold of the user beside the history. */
export function carriedInterests({ network: { options } }: GenerativeState): Carried {
  return { individual: options.sequentialUser !== "shared", group: options.groupWord };
}

export interface PoolRanks {
  readonly pool: Int32Array;
  readonly scores: Float32Array;
  /** Undefined where the prompts do not carry the interest. */
  readonly withoutIndividual: Float32Array | undefined;
  readonly withoutGroup: Float32Array | undefined;
}

/** Scores of `pool` for the question as it is and under both replacements. */
export async function scorePool(
  generator: Generator,
  state: GenerativeState,
  question: Question,
  pool: Int32Array,
): Promise<PoolRanks> {
  const { individual, group } = carriedInterests(state);
  return {
    pool,
    scores: await generator.scores(question, pool),
    withoutIndividual: individual
      ? await generator.scores(question, pool, withMeanRow(state, "individual", question.userIndex))
      : undefined,
    withoutGroup: group
      ? await generator.scores(question, pool, withMeanRow(state, "group", question.userIndex))
      : undefined,
  };
}

/** Ranks of one item of the pool; undefined when the prompts carry neither interest. */
export function ranksOf(
  { pool, scores, withoutIndividual, withoutGroup }: PoolRanks,
  item: number,
): CounterfactualRanks | undefined {
  if (withoutIndividual === undefined && withoutGroup === undefined) return undefined;
  const at = pool.indexOf(item);
  return {
    pool: pool.length,
    actual: rankAt(scores, at),
    ...(withoutIndividual === undefined ? {} : { withoutIndividual: rankAt(withoutIndividual, at) }),
    ...(withoutGroup === undefined ? {} : { withoutGroup: rankAt(withoutGroup, at) }),
  };
}

/** The interest whose loss costs the item more places; both when equally many; neither when none. */
export function movedBy(ranks: CounterfactualRanks | undefined): ExplainedItem["moved"] {
  if (ranks === undefined)
    return {
      by: "neither",
      detail: "The model's prompts carry no interest of the user: it answered from the history alone.",
    };
  const { actual, withoutIndividual, withoutGroup } = ranks;
  const costs = { individual: (withoutIndividual ?? actual) - actual, group: (withoutGroup ?? actual) - actual };
  return { by: verdict(costs), detail: sentence(ranks) };
}

function verdict({
  individual,
  group,
}: {
  readonly individual: number;
  readonly group: number;
}): ExplainedItem["moved"]["by"] {
  if (Math.max(individual, group) <= 0) return "neither";
  if (individual === group) return "both";
  return individual > group ? "individual" : "group";
}

function sentence({ pool, actual, withoutIndividual, withoutGroup }: CounterfactualRanks): string {
  const part = (name: string, rank: number | undefined) =>
    rank === undefined ? `the prompt carries no ${name} interest` : `without the ${name} interest ${rank}`;
  return `Rank ${actual} of ${pool}; ${part("individual", withoutIndividual)}, ${part("group", withoutGroup)}.`;
}

/** 1 + the number of better scores. */
function rankAt(scores: Float32Array, at: number): number {
  const own = scores[at]!;
  return 1 + scores.reduce((better, score) => better + Number(score > own), 0);
}

/**
 * The state's rows, but for `user`, whose row of one table is the mean over users; where a prompt's interest is the mean of
 * its items, the mean over all items.
 */
export function withMeanRow(state: GenerativeState, table: "individual" | "group", user: number): InterestRows {
  const rows = interestRows(state);
  const { nUsers, network } = state;
  const mean = meanRow(state, table, 0, nUsers);
  const replaced = (row: number, out: Float32Array, at: number): void =>
    row === user ? out.set(mean, at) : rows[table](row, out, at);
  return {
    ...rows,
    [table]: replaced,
    ...(table === "individual" && { history: meanRow(state, "individual", nUsers, network.nItems) }),
  };
}

function meanRow(state: GenerativeState, table: "individual" | "group", first: number, count: number): Float32Array {
  const width = state.network.t5.width;
  const mean = new Float32Array(width);
  const rows = state.interests[table].subarray(first * width, (first + count) * width);
  rows.forEach((x, i) => {
    mean[i % width]! += x / count;
  });
  return mean;
}
