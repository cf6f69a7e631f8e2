// A trained generative system behind the common interface.
import { UsageError } from "../../base/errors.ts";
import type { CompileOptions } from "../../engine/index.ts";
import type {
  DirectRequest,
  FreeDecoding,
  KnownVectors,
  RankedList,
  Recommender,
  ScoreExplainer,
  SentenceWriter,
  SequentialRequest,
  Task,
} from "../recommender.ts";
import { userRow } from "../user-row.ts";
import { interestExplainer } from "./explainer.ts";
import { GENERATION_BATCH, Generator } from "./generator.ts";
import { type GenerativeOptions, learnsExplanations, readsCandidateHistory, tasksOf } from "./options/options.ts";
import { type GenerativeState, itemInterests, userInterests } from "./state.ts";

export class GenerativeRecommender implements Recommender {
  readonly name: string;
  readonly tasks: readonly Task[];
  readonly state: GenerativeState;
  /** Of digits. Codes are made from training vectors: what their order tells was learnt, not given. */
  readonly itemOrder?: Int32Array;
  readonly unreadHistory: readonly Task[];
  readonly answersColdItems: readonly Task[];
  readonly vectors?: KnownVectors;
  readonly decoding?: FreeDecoding;
  readonly explainer?: ScoreExplainer;
  readonly sentences?: SentenceWriter;
  readonly generator: Generator;
  readonly block = GENERATION_BATCH;
  readonly dependsOnBatch: boolean;

  /** `isExplained`: prompts or training read interests of similar users, so that an answer can be taken apart. */
  constructor(name: string, state: GenerativeState, compile: CompileOptions = {}, isExplained = false) {
    this.name = name;
    this.state = state;
    if (state.codes === undefined) this.itemOrder = state.itemNumbers.map((number) => number - 1);
    this.tasks = tasksOf(state.network.options);
    const { options } = state.network;
    this.unreadHistory = readsCandidateHistory(options) ? [] : ["direct"];
    if (state.interests.individual.length > 0) this.vectors = interestVectors(name, state);
    this.generator = new Generator(state, compile);
    this.dependsOnBatch = this.generator.dependsOnBatch;
    if (learnsExplanations(options)) this.sentences = sentenceWriter(options, this.generator);
    if (options.decoding === "free") this.decoding = { kind: "free", counts: () => this.generator.counts };
    // Interests of systems that have texts begin with them: an item that nobody had has its own.
    this.answersColdItems = isExplained ? this.tasks : [];
    if (isExplained) this.explainer = interestExplainer(state, this.generator);
  }

  describeScores(task: Task): string {
    const { itemHead, candidateHead, headWeight } = this.state.network.options;
    const head =
      task === "sequential" ? { name: "item", weight: itemHead } : { name: "candidate", weight: candidateHead };
    const tokens = "log-probability of the item's tokens, divided by their number";
    const times = headWeight === 1 ? "" : `${headWeight} times `;
    return head.weight > 0
      ? `${tokens}, plus ${times}the ${head.name} head's log-probability of the item on the same scale`
      : tokens;
  }

  async rankSequential(requests: readonly SequentialRequest[], count: number): Promise<RankedList[]> {
    const questions = requests.map(({ userIndex, history, among }) => {
      const user = this.rowOf(userIndex);
      if (history.length === 0) throw new UsageError(`user index ${userIndex}: the sequential task needs a history.`);
      return { task: "sequential" as const, userIndex: user, items: history, excluded: history, allowed: among };
    });
    return this.generator.answer(questions, count);
  }

  async rankDirect(requests: readonly DirectRequest[], count: number): Promise<RankedList[]> {
    const questions = requests.map(({ userIndex, history, candidates }) => {
      const user = this.rowOf(userIndex);
      return { task: "direct" as const, userIndex: user, items: candidates, history, allowed: candidates };
    });
    return this.generator.answer(questions, count);
  }

  async dispose(): Promise<void> {
    await this.generator.dispose();
  }

  private rowOf(userIndex: number | undefined): number {
    return userRow(this.name, userIndex, this.state.nUsers);
  }
}

function sentenceWriter(options: GenerativeOptions, generator: Generator): SentenceWriter {
  const { beams, explanationLeast: leastTokens, explanationTokens: mostTokens } = options;
  const decoding = { beams, leastTokens, mostTokens };
  const write: SentenceWriter["write"] = (pairs, { leastTokens: least = leastTokens, signal } = {}) =>
    generator.sentences(pairs, { ...decoding, leastTokens: least, signal });
  return { decoding, write };
}

function interestVectors(name: string, state: GenerativeState): KnownVectors {
  return {
    description: `interests that ${name} learnt on the graph of users and items`,
    items: itemInterests(state),
    users: userInterests(state),
  };
}
