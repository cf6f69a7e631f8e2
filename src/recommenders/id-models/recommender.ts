// A trained id model behind the common interface.
import { UsageError } from "../../base/errors.ts";
import { matrix } from "../../base/matrix.ts";
import type { CompileOptions } from "../../engine/index.ts";
import type { DirectRequest, KnownVectors, RankedList, Recommender, SequentialRequest, Task } from "../recommender.ts";
import { type IdModelSpec, TASKS } from "./id-model.ts";
import type { SavedModel } from "./model-files.ts";
import type { IdOptions } from "./options.ts";
import { type RankingQuestion, Scorer } from "./scorer.ts";

export class IdRecommender<O extends IdOptions> implements Recommender {
  readonly name: string;
  readonly tasks = TASKS;
  readonly unreadHistory: readonly Task[];
  readonly vectors: KnownVectors;
  private readonly model: SavedModel<O>;
  private readonly scorer: Scorer<O>;
  private readonly readsHistory: boolean;

  /** It holds native memory: call `dispose()`. */
  constructor(spec: IdModelSpec<O>, model: SavedModel<O>, compile: CompileOptions = {}) {
    this.name = spec.name;
    this.model = model;
    this.readsHistory = spec.query !== undefined;
    this.unreadHistory = this.readsHistory ? [] : TASKS;
    const { options, nUsers, nItems, facts, vectors } = model;
    this.vectors = {
      description: `vectors that ${spec.name} learnt`,
      items: matrix(nItems, vectors.width, vectors.items),
      users: vectors.users && matrix(nUsers, vectors.width, vectors.users),
    };
    this.scorer = new Scorer({ options, nUsers, nItems, facts, isTraining: false }, spec.query, compile);
  }

  async rankSequential(requests: readonly SequentialRequest[], count: number): Promise<RankedList[]> {
    // A request may carry more than the task asks for, such as candidates.
    return this.rank(
      requests.map(({ userIndex, history, among }) => ({ userIndex, history, among })),
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
