// What an answer is worth on questions that taught no weights, whole and without each witness.
import { metricValue } from "../../../evaluation/index.ts";
import { refuseNaN } from "../../../generation/index.ts";
import type { TermName, Witness } from "../witness.ts";
import type { AnsweredQuestion } from "./collect.ts";
import { addTerm, type ItemTraits, lengthKind, type Weights } from "./weights.ts";

export interface Figures {
  readonly users: number;
  readonly hr10: number;
  readonly ndcg10: number;
}

/** Users on the whole, those of short histories (below 5), and those whose answer 1 to 4 people took. */
export const GROUPS = ["all", "short history", "rare item"] as const;
export type Group = (typeof GROUPS)[number];
export type GroupedFigures = Readonly<Record<Group, Figures>>;

/** A witness and what is left without it, weights learned again. */
export interface WitnessWorth {
  readonly witness: TermName;
  readonly without: GroupedFigures;
}

const BLOCK = 64;
const RARE = 4;

/**
 * Rank of each question's target under each set of weights; equal scores count half.
 * @throws OperationError for a score that is no number.
 */
export async function targetRanks(
  witnesses: readonly Witness[],
  questions: readonly AnsweredQuestion[],
  items: ItemTraits,
  sets: readonly Weights[],
): Promise<Float64Array[]> {
  const ranks = sets.map(() => new Float64Array(questions.length));
  for (let at = 0; at < questions.length; at += BLOCK) {
    const block = questions.slice(at, at + BLOCK);
    const among = block[0]!.candidates === undefined ? undefined : block.map(({ candidates }) => candidates!);
    const said: Float32Array[][] = [];
    for (const witness of witnesses) said.push(await witness.testify(block, among));
    block.forEach((question, i) => {
      const own = said.map((values) => values[i]!);
      sets.forEach((weights, s) => {
        ranks[s]![at + i] = rankOf(question, own, items, weights);
      });
    });
  }
  return ranks;
}

function rankOf(
  question: AnsweredQuestion,
  said: readonly Float32Array[],
  items: ItemTraits,
  weights: Weights,
): number {
  const { candidates, history, target } = question;
  const scores = new Float32Array(said[0]!.length);
  const traits = { length: lengthKind(history.length), candidates: question.popularity };
  for (const [term, values] of said.entries()) addTerm(scores, values, weights, term, traits, items, candidates);
  refuseNaN(scores);
  const place = candidates === undefined ? target : candidates.indexOf(target);
  const own = scores[place]!;
  if (candidates === undefined)
    for (const item of history) if (item !== target) scores[item] = Number.NEGATIVE_INFINITY;
  let rank = 0.5;
  for (let i = 0; i < scores.length; i++) rank += scores[i]! > own ? 1 : scores[i] === own ? 0.5 : 0;
  return rank;
}

export function figuresOf(ranks: ArrayLike<number>): Figures {
  const all = Array.from(ranks, (rank) => Math.round(rank));
  const mean = (metric: "HR@10" | "NDCG@10"): number =>
    all.reduce((sum, rank) => sum + (rank <= 10 ? metricValue(metric, rank, 1) : 0), 0) / Math.max(1, all.length);
  return { users: all.length, hr10: mean("HR@10"), ndcg10: mean("NDCG@10") };
}

/** Figures by group; `counts`: training interactions by item. */
export function groupedFigures(
  ranks: Float64Array,
  questions: readonly AnsweredQuestion[],
  counts: Int32Array,
): GroupedFigures {
  const isIn: Readonly<Record<Group, (question: AnsweredQuestion) => boolean>> = {
    all: () => true,
    "short history": ({ history }) => lengthKind(history.length) === 0,
    "rare item": ({ target }) => counts[target]! > 0 && counts[target]! <= RARE,
  };
  const of = (group: Group): Figures => figuresOf(ranks.filter((_, i) => isIn[group](questions[i]!)));
  return { all: of("all"), "short history": of("short history"), "rare item": of("rare item") };
}
