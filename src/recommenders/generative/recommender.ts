// A trained generative system behind the common interface.
import { UsageError } from "../../base/errors.ts";
import type { CompileOptions } from "../../engine/index.ts";
import type { DecodingCounts } from "../../generation/index.ts";
import type { DirectRequest, RankedList, Recommender, SequentialRequest, Task } from "../recommender.ts";
import { Generator } from "./generator.ts";
import { tasksOf } from "./options/options.ts";
import type { GenerativeState } from "./state.ts";

export class GenerativeRecommender implements Recommender {
  readonly name: string;
  readonly tasks: readonly Task[];
  readonly state: GenerativeState;
  /** Of digits. Codes are made from training vectors: what their order tells was learnt, not given. */
  readonly itemOrder?: Int32Array;
  readonly generator: Generator;

  constructor(name: string, state: GenerativeState, compile: CompileOptions = {}) {
    this.name = name;
    this.state = state;
    if (state.codes === undefined) this.itemOrder = state.itemNumbers.map((number) => number - 1);
    this.tasks = tasksOf(state.network.options);
    this.generator = new Generator(state, compile);
  }

  /** Answers that were invalid, repeated or outside the answer space so far (only `free` decoding has any). */
  get decodingCounts(): DecodingCounts {
    return this.generator.counts;
  }

  async rankSequential(requests: readonly SequentialRequest[], count: number): Promise<RankedList[]> {
    const questions = requests.map(({ userIndex, history }) => {
      this.checkUser(userIndex);
      if (history.length === 0) throw new UsageError(`user index ${userIndex}: the sequential task needs a history.`);
      return { task: "sequential" as const, userIndex, items: history, excluded: history };
    });
    return this.generator.answer(questions, count);
  }

  async rankDirect(requests: readonly DirectRequest[], count: number): Promise<RankedList[]> {
    const questions = requests.map(({ userIndex, history, candidates }) => {
      this.checkUser(userIndex);
      return { task: "direct" as const, userIndex, items: candidates, history, allowed: candidates };
    });
    return this.generator.answer(questions, count);
  }

  async dispose(): Promise<void> {
    await this.generator.dispose();
  }

  private checkUser(userIndex: number): void {
    if (!(userIndex >= 0 && userIndex < this.state.nUsers)) {
      throw new UsageError(`user index ${userIndex}: this model knows ${this.state.nUsers} users.`);
    }
  }
}
