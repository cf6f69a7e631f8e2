// A trained id model behind the common interface.
import { UsageError } from "../../base/errors.ts";
import { matrix } from "../../base/matrix.ts";
import type { CompileOptions } from "../../engine/index.ts";
import type { DirectRequest, KnownVectors, RankedList, Recommender, SequentialRequest, Task } from "../recommender.ts";
import { userRow } from "../user-row.ts";
import { type IdModelSpec, TASKS } from "./id-model.ts";
import type { SavedModel } from "./model-files.ts";
import type { IdOptions } from "./options.ts";
import { Scorer } from "./scorer.ts";

type Asked = SequentialRequest & Partial<DirectRequest>;

export class IdRecommender<O extends IdOptions> implements Recommender {
  readonly name: string;
  readonly tasks = TASKS;
  readonly unreadHistory: readonly Task[];
  readonly answersNewUsers: readonly Task[];
  readonly answersColdItems: readonly Task[];
  readonly vectors: KnownVectors;
  private readonly model: SavedModel<O>;
  private readonly scorer: Scorer<O>;
  private readonly readsHistory: boolean;
  private readonly readsUser: boolean;

  /** It holds native memory: call `dispose()`. */
  constructor(spec: IdModelSpec<O>, model: SavedModel<O>, compile: CompileOptions = {}) {
    this.name = spec.name;
    this.model = model;
    this.readsHistory = spec.query !== undefined;
    this.unreadHistory = this.readsHistory ? [] : TASKS;
    this.readsUser = spec.query?.readsUser ?? true;
    this.answersNewUsers = this.readsUser ? [] : TASKS;
    this.answersColdItems = spec.readsTexts ? TASKS : [];
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

  private rank(requests: readonly Asked[], count: number): Promise<RankedList[]> {
    const questions = requests.map((request) => ({ ...request, userIndex: this.rowOf(request) }));
    return this.scorer.rank(this.model.vectors, questions, count);
  }

  /** Of somebody known by a history alone any row will do: no program reads it. */
  private rowOf({ userIndex, history }: Asked): number {
    if (this.readsHistory && history.length === 0) {
      const who = userIndex === undefined ? "somebody new" : `user index ${userIndex}`;
      throw new UsageError(`${who}: ${this.name} reads the history, and there is none.`);
    }
    if (userIndex === undefined && !this.readsUser) return 0;
    return userRow(this.name, userIndex, this.model.nUsers);
  }
}
