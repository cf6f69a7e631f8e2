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

/** More users tell little more, and each is compared with the whole catalogue. */
const MOST_QUESTIONS = 1000;

export class InterestAnswers {
  private readonly forward: Executable;
  private readonly parameters: Parameters;
  private readonly questions: readonly ValidationQuestion[];

  private constructor(forward: Executable, parameters: Parameters, questions: readonly ValidationQuestion[]) {
    this.forward = forward;
    this.parameters = parameters;
    const step = Math.ceil(questions.length / MOST_QUESTIONS);
    this.questions = questions.filter((_, i) => i % step === 0);
  }

  /** Of at most 1000 of the questions. It holds native memory: call `dispose()`. */
  static async of(
    build: (t: Trace) => IndividualNodes,
    parameters: Parameters,
    questions: readonly ValidationQuestion[],
    options: CompileOptions,
  ): Promise<InterestAnswers> {
    const program = trace((t) => ({ value: build(t).interests }));
    return new InterestAnswers(await compile(program, options), parameters, questions);
  }

  /**
   * NDCG@10 of the parameters as they are, mean over the questions and over the two tasks: the next item among all that
   * the history does not hold, and the item among its candidates.
   */
  async score(nUsers: number, nItems: number): Promise<number> {
    const { value } = await this.forward.run<"value">(this.parameters.feeds());
    const vectors = value as Float32Array;
    const width = vectors.length / (nUsers + nItems);
    const row = (r: number) => vectors.subarray(r * width, (r + 1) * width);
    let total = 0;
    for (const { userIndex, history, target, candidates } of this.questions) {
      const user = row(userIndex);
      const scores = Float64Array.from({ length: nItems }, (_, item) => dot(user, row(nUsers + item)));
      const wanted = scores[target]!;
      total += ndcg(wanted, candidates, scores);
      for (const item of history) scores[item] = Number.NEGATIVE_INFINITY;
      scores[target] = wanted; // Who takes an item again is asked for it like anybody else.
      total += ndcg(wanted, scores.keys(), scores);
    }
    return total / (2 * this.questions.length);
  }

  dispose(): Promise<void> {
    return this.forward.dispose();
  }
}

function ndcg(wanted: number, items: Iterable<number>, scores: Float64Array): number {
  let better = 0;
  let equal = 0;
  for (const item of items) {
    if (scores[item]! > wanted) better++;
    else if (scores[item] === wanted) equal++;
  }
  return metricValue("NDCG@10", better + 1, equal);
}
