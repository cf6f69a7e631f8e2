// A trained generative system behind the common interface.
import { UsageError } from "../../base/errors.ts";
import type { CompileOptions } from "../../engine/index.ts";
import type { DecodingCounts } from "../../generation/index.ts";
import type { DirectRequest, RankedList, Recommender, SequentialRequest, Task } from "../recommender.ts";
import { Generator } from "./generator.ts";
import { tasksOf } from "./options.ts";
import type { GenerativeState } from "./state.ts";

export class GenerativeRecommender implements Recommender {
  readonly name: string;
  readonly tasks: readonly Task[];
  readonly state: GenerativeState;
  readonly generator: Generator;

  constructor(name: string, state: GenerativeState, compile: CompileOptions = {}) {
    this.name = name;
    this.state = state;
    this.tasks = tasksOf(state.network.options);
    this.generator = new Generator(state, compile);
  }

  get itemOrder(): Int32Array {
    return nameOrder(this.state);
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
    const questions = requests.map(({ userIndex, candidates }) => {
      this.checkUser(userIndex);
      return { task: "direct" as const, userIndex, items: candidates, allowed: candidates };
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

/** By digits where items are written as numbers, by code tokens where they are coded. */
function nameOrder({ codes, itemNumbers, network }: GenerativeState): Int32Array {
  const rank = (item: number): number =>
    codes === undefined ? itemNumbers[item]! : codes.tokens[2 * item]! * codes.vocabulary + codes.tokens[2 * item + 1]!;
  const items = Array.from({ length: network.nItems }, (_, item) => item).sort((a, b) => rank(a) - rank(b));
  const places = new Int32Array(network.nItems);
  items.forEach((item, place) => {
    places[item] = place;
  });
  return places;
}
