// What individual interests alone answer to validation questions: by it the warm start sees whether it still improves.
import { dot } from "../../../base/matrix.ts";
import {
  type CompileOptions,
  compile,
  type Executable,
  type Parameters,
  type Trace,
  trace,
} from "../../../engine/index.ts";
import { metricValue } from "../../../evaluation/index.ts";
import type { IndividualNodes } from "../../../interests/individual-interests.ts";
import type { ValidationQuestion } from "../../training/ranking-validation.ts";

/** Who is asked, in a table of so many users and, behind them, items. */
export interface AskedInterests {
  readonly questions: readonly ValidationQuestion[];
  readonly nUsers: number;
  readonly nItems: number;
}

export interface InterestQuality {
  readonly "HR@10": number;
  readonly "NDCG@10": number;
}

const METRICS = ["HR@10", "NDCG@10"] as const;

export class InterestAnswers {
  private readonly forward: Executable;
  private readonly parameters: Parameters;
  private readonly asked: AskedInterests;

  private constructor(forward: Executable, parameters: Parameters, asked: AskedInterests) {
    this.forward = forward;
    this.parameters = parameters;
    this.asked = asked;
  }

  /** It holds native memory: call `dispose()`. */
  static async of(
    build: (t: Trace) => IndividualNodes,
    parameters: Parameters,
    asked: AskedInterests,
    options: CompileOptions,
  ): Promise<InterestAnswers> {
    const program = trace((t) => ({ value: build(t).interests }));
    return new InterestAnswers(await compile(program, options), parameters, asked);
  }

  /** NDCG@10 of the parameters as they are, mean over the two tasks. */
  async score(): Promise<number> {
    const { next, direct } = await this.quality();
    return (next["NDCG@10"] + direct["NDCG@10"]) / 2;
  }

  /**
   * Means over the questions, of the parameters as they are: the next item among all that the history does not hold,
   * and the item among its candidates.
   */
  async quality(): Promise<{ readonly next: InterestQuality; readonly direct: InterestQuality }> {
    const { questions, nUsers, nItems } = this.asked;
    const { value } = await this.forward.run<"value">(this.parameters.feeds());
    const vectors = value as Float32Array;
    const width = vectors.length / (nUsers + nItems);
    const row = (r: number) => vectors.subarray(r * width, (r + 1) * width);
    const next = { "HR@10": 0, "NDCG@10": 0 };
    const direct = { "HR@10": 0, "NDCG@10": 0 };
    for (const { userIndex, history, target, candidates } of questions) {
      const user = row(userIndex);
      const scores = Float64Array.from({ length: nItems }, (_, item) => dot(user, row(nUsers + item)));
      const wanted = scores[target]!;
      addRank(direct, wanted, candidates, scores);
      for (const item of history) scores[item] = Number.NEGATIVE_INFINITY;
      scores[target] = wanted; // Who takes an item again is asked for it like anybody else.
      addRank(next, wanted, scores.keys(), scores);
    }
    for (const metric of METRICS) for (const sums of [next, direct]) sums[metric] /= questions.length;
    return { next, direct };
  }

  dispose(): Promise<void> {
    return this.forward.dispose();
  }
}

function addRank(
  sums: Record<(typeof METRICS)[number], number>,
  wanted: number,
  items: Iterable<number>,
  scores: Float64Array,
): void {
  let better = 0;
  let equal = 0;
  for (const item of items) {
    if (scores[item]! > wanted) better++;
    else if (scores[item] === wanted) equal++;
  }
  for (const metric of METRICS) sums[metric] += metricValue(metric, better + 1, equal);
}
