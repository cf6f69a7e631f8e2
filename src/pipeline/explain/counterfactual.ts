// Which of the two interests moved an item's rank: exact scores of a pool of items, again without one of the two.
import type { InterestName, ScoreExplainer, SequentialRequest } from "../../recommenders/recommender.ts";
import type { Carried, CounterfactualRanks, ExplainedItem } from "./explanation.ts";

/** Which interests the model reads beside the history when it is asked what comes next. */
export function carriedInterests(explainer: ScoreExplainer, request: SequentialRequest): Carried {
  const names = explainer.evidence(request).flatMap((one) => (one.kind === "interest" ? [one.interest] : []));
  return { individual: names.includes("individual"), group: names.includes("group") };
}

export interface PoolRanks {
  readonly pool: Int32Array;
  readonly scores: Float32Array;
  /** Undefined where the prompts do not carry the interest. */
  readonly withoutIndividual: Float32Array | undefined;
  readonly withoutGroup: Float32Array | undefined;
}

/** Scores of `pool` for the question as it is and without each interest. */
export async function scorePool(
  explainer: ScoreExplainer,
  request: SequentialRequest,
  pool: Int32Array,
): Promise<PoolRanks> {
  const carries = carriedInterests(explainer, request);
  const without = async (interest: InterestName) =>
    carries[interest] ? explainer.scores(request, pool, { kind: "interest", interest }) : undefined;
  return {
    pool,
    scores: await explainer.scores(request, pool),
    withoutIndividual: await without("individual"),
    withoutGroup: await without("group"),
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
    withoutIndividual: withoutIndividual && rankAt(withoutIndividual, at),
    withoutGroup: withoutGroup && rankAt(withoutGroup, at),
  };
}

/**
 * The interest whose loss costs the item more places; both when equally many; neither when none.
 * `byHistory`: whether an item of the history raised the score.
 */
export function movedBy(ranks: CounterfactualRanks | undefined, byHistory: boolean): ExplainedItem["moved"] {
  if (ranks === undefined)
    return {
      by: "neither",
      detail: "The model's prompts carry no interest of the user: it answered from the history alone.",
    };
  const { actual, withoutIndividual, withoutGroup } = ranks;
  const costs = { individual: (withoutIndividual ?? actual) - actual, group: (withoutGroup ?? actual) - actual };
  const by = verdict(costs);
  return { by, detail: by === "neither" ? `${neitherWords(byHistory)} ${sentence(ranks)}` : sentence(ranks) };
}

const neitherWords = (byHistory: boolean): string =>
  `Neither interest moved it; ${byHistory ? "the history did" : "nor did any one item of the history"}.`;

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
