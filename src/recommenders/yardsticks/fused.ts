// Score-level fusion for the direct task: several systems score the same candidates, each system's scores are brought
// to mean 0 and deviation 1 over the candidates, and a weighted sum orders them. A fused result is no result of one
// model: whoever shows it names its parts and shows it beside them.
import type { DirectRequest, RankedList, Recommender } from "../recommender.ts";

export interface Part {
  readonly recommender: Recommender;
  /**
   * Longest list to ask for, where a full one is dear; candidates outside it share its lowest score. Default: all
   * candidates.
   */
  readonly depth?: number | undefined;
}

export interface FusedPart extends Part {
  readonly weight: number;
}

/** The fusion as a recommender; its parts stay whoever's they were. */
export function fused(name: string, parts: readonly FusedPart[]): Recommender {
  return {
    name,
    tasks: ["direct"],
    answersNewUsers: parts.every(({ recommender }) => recommender.answersNewUsers?.includes("direct"))
      ? ["direct"]
      : [],
    answersColdItems: parts.some(({ recommender }) => recommender.answersColdItems?.includes("direct"))
      ? ["direct"]
      : [],
    async rankSequential() {
      throw new Error(`internal: ${name} answers the direct task alone`);
    },
    async rankDirect(requests, count) {
      const totals = requests.map(({ candidates }) => new Float64Array(candidates.length));
      for (const part of parts) addScores(totals, await standardisedScores(part, requests), part.weight);
      return totals.map((scores, i) => ordered(requests[i]!.candidates, scores, count));
    },
    async dispose() {},
  };
}

/** A part's standardised scores of every request's candidates, by their position. */
export async function standardisedScores(
  { recommender, depth }: Part,
  requests: readonly DirectRequest[],
): Promise<Float64Array[]> {
  const count = depth ?? requests.reduce((most, { candidates }) => Math.max(most, candidates.length), 0);
  const lists = await recommender.rankDirect(requests, count);
  return lists.map((list, i) => standardised(requests[i]!.candidates, list));
}

/** Add `weight` times the scores to the totals. */
export function addScores(totals: readonly Float64Array[], scores: readonly Float64Array[], weight: number): void {
  scores.forEach((row, i) => {
    for (let c = 0; c < row.length; c++) totals[i]![c]! += weight * row[c]!;
  });
}

/** Mean 0, deviation 1 over the candidates; all 0 where every candidate scores alike. */
function standardised(candidates: Int32Array, { items, scores }: RankedList): Float64Array {
  const known = new Map(Array.from(items, (item, at) => [item, scores[at]!]));
  const lowest = scores.reduce((least, score) => Math.min(least, score), Number.POSITIVE_INFINITY);
  const out = Float64Array.from(candidates, (item) => known.get(item) ?? (Number.isFinite(lowest) ? lowest : 0));
  const mean = out.reduce((sum, score) => sum + score, 0) / out.length;
  const deviation = Math.sqrt(out.reduce((sum, score) => sum + (score - mean) ** 2, 0) / out.length);
  return out.map((score) => (deviation === 0 ? 0 : (score - mean) / deviation));
}

/** Best first; equal scores keep the order of the candidates, which tells nothing. */
export function ordered(candidates: Int32Array, totals: Float64Array, count: number): RankedList {
  const places = Array.from(candidates.keys()).sort((a, b) => totals[b]! - totals[a]! || a - b);
  const best = places.slice(0, count);
  return {
    items: Int32Array.from(best, (place) => candidates[place]!),
    scores: Float32Array.from(best, (place) => totals[place]!),
  };
}
