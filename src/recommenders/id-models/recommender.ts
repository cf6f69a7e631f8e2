// A trained id model behind the common interface.
import { UsageError } from "../../base/errors.ts";
import type { CompileOptions } from "../../engine/index.ts";
import type { DirectRequest, RankedList, Recommender, SequentialRequest } from "../recommender.ts";
import { type IdModelSpec, TASKS } from "./id-model.ts";
import type { SavedModel } from "./model-files.ts";
import type { IdOptions } from "./options.ts";
import { type RankingQuestion, Scorer } from "./scorer.ts";

export class IdRecommender<O extends IdOptions> implements Recommender {
  readonly name: string;
  readonly tasks = TASKS;
  private readonly model: SavedModel<O>;
  private readonly scorer: Scorer<O>;
  private readonly readsHistory: boolean;

  /** It holds native memory: call `dispose()`. */
  constructor(spec: IdModelSpec<O>, model: SavedModel<O>, compile: CompileOptions = {}) {
    this.name = spec.name;
    this.model = model;
    this.readsHistory = spec.query !== undefined;
    const { options, nUsers, nItems, facts } = model;
    this.scorer = new Scorer({ options, nUsers, nItems, facts, isTraining: false }, spec.query, compile);
  }

  async rankSequential(requests: readonly SequentialRequest[], count: number): Promise<RankedList[]> {
    // A request may carry more than the task asks for: the answer space is the catalogue.
    return this.rank(
      requests.map(({ userIndex, history }) => ({ userIndex, history })),
      count,
    );
  }

  async rankDirect(requests: readonly DirectRequest[], count: number): Promise<RankedList[]> {
    return this.rank(requests, count);
  }

  async dispose(): Promise<void> {
    await this.scorer.dispose();
  }

  private rank(questions: readonly RankingQuestion[], count: number): Promise<RankedList[]> {
    for (const { userIndex, history } of questions) {
      if (!(userIndex >= 0 && userIndex < this.model.nUsers)) {
        throw new UsageError(`user index ${userIndex}: this model knows ${this.model.nUsers} users.`);
      }
      if (this.readsHistory && history.length === 0) {
        throw new UsageError(`user index ${userIndex}: ${this.name} reads the history, and there is none.`);
      }
    }
    return this.scorer.rank(this.model.vectors, questions, count);
  }
}
