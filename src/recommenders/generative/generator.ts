// Turns questions into ranked lists: encode the prompt once, then beam search with the decoder.
import { EOS_ID } from "../../backbone/t5-config.ts";
import { internal } from "../../base/errors.ts";
import { type CompileOptions, HIDDEN } from "../../engine/index.ts";
import {
  addCounts,
  beamSearch,
  type Constraint,
  cleanRanking,
  type DecodingCounts,
  type Hypothesis,
  NO_DECODING,
  type PrefixTree,
} from "../../generation/index.ts";
import type { RankedList, SentenceDecoding, SentencePair, WritingOptions } from "../recommender.ts";
import { DecoderCalls, type Encoded } from "./decoder-calls.ts";
import { itemTree } from "./examples/answer-space.ts";
import { headLogProbabilities } from "./heads/head-guide.ts";
import { competesInTree } from "./options/options.ts";
import type { Example, InterestRows } from "./shapes.ts";
import type { GenerativeState } from "./state.ts";

/** Questions decoded together, at most. */
export const GENERATION_BATCH = 64;

/** Logits of a step at most: beyond, keys and values would take more memory than the rest of a run. */
const MOST_LOGITS = 2 ** 24;

export interface PromptQuestion extends Example {
  /** Items that may not be answered (sequential: the history). */
  readonly excluded?: ArrayLike<number>;
  /** Items that may be answered (direct: the candidates); undefined = the catalogue. */
  readonly allowed?: Int32Array | undefined;
}

/** What is made of an answer space, once for all questions that share it. */
interface Space {
  readonly tree: PrefixTree;
  readonly members: ReadonlySet<number>;
}

export class Generator {
  private readonly state: GenerativeState;
  private readonly calls: DecoderCalls;
  private readonly tree: PrefixTree;
  private readonly rows: InterestRows;
  private readonly spaces = new WeakMap<Int32Array, Space>();
  /** Invalid and duplicate answers so far; only `free` decoding can have any. */
  counts: DecodingCounts = NO_DECODING;

  constructor(state: GenerativeState, compileOptions: CompileOptions) {
    this.state = state;
    this.calls = new DecoderCalls(state, compileOptions);
    this.rows = interestRows(state);
    this.tree = itemTree(state.form, state.network.nItems);
  }

  /** Whether an answer depends on the other questions of a call: prompts are padded to the longest. */
  get dependsOnBatch(): boolean {
    return this.state.network.options.promptPadding === "visible";
  }

  /** Ranked answers, at most `count` each. All questions are of one task. */
  async answer(questions: readonly PromptQuestion[], count: number, signal?: AbortSignal): Promise<RankedList[]> {
    const lists = new Array<RankedList>(questions.length);
    for (const places of this.blocksOf(questions, this.beamsFor(questions, count))) {
      const block = places.map((place) => questions[place]!);
      const isFree = this.isFree(block);
      const hypotheses = await this.decode(block, count, isFree, signal);
      for (const [i, question] of block.entries()) {
        lists[places[i]!] = this.clean(question, hypotheses[i]!, count, isFree);
      }
    }
    return lists;
  }

  /**
   * Score of each of `items` by teacher forcing: exact where beam search prunes. `rows` replaces the state's interests.
   */
  async scores(question: PromptQuestion, items: Int32Array, rows: InterestRows = this.rows): Promise<Float32Array> {
    const encoded = await this.calls.encode([question], rows, this.treesOf([question]));
    const [sums] = await this.calls.lists(encoded, [items]);
    const head = this.headOf(encoded, 0, question);
    return Float32Array.from(items, (item, i) => {
      return sums![i]! / this.lengthOf(item) + this.headScore(item, head?.[item] ?? 0);
    });
  }

  /**
   * The decoder's log-probability of each of a question's `items`, a plain sum over tokens, without a head's say:
   * exact, and as fast as beam search with as many beams. All questions are of one task.
   */
  async shortlistScores(
    questions: readonly PromptQuestion[],
    items: readonly Int32Array[],
    signal?: AbortSignal,
  ): Promise<Float32Array[]> {
    if (items.length !== questions.length) {
      throw internal(`found ${items.length} short lists for ${questions.length} questions`);
    }
    const scores = new Array<Float32Array>(questions.length);
    for (const places of this.blocksOf(questions, 1)) {
      signal?.throwIfAborted();
      const padded = paddedBlock(places.map((place) => questions[place]!));
      const encoded = await this.calls.encode(padded, this.rows, this.treesOf(padded), false);
      const lists = places.map((place) => items[place]!);
      const found = await this.calls.lists(encoded, lists);
      for (const [i, place] of places.entries()) scores[place] = found[i]!;
    }
    return scores;
  }

  /** The likeliest sentence of each pair, over the whole vocabulary; empty where the model ends it at once. */
  async sentences(
    pairs: readonly SentencePair[],
    { beams, leastTokens, mostTokens, signal }: SentenceDecoding & Pick<WritingOptions, "signal">,
  ): Promise<string[]> {
    const { options, t5 } = this.state.network;
    const written = new Array<string>(pairs.length);
    const questions = pairs.map(({ userIndex, itemIndex }): PromptQuestion => {
      return { task: "explanation", userIndex, items: Int32Array.of(itemIndex) };
    });
    for (const places of this.blocksOf(questions, beams)) {
      const block = paddedBlock(places.map((place) => questions[place]!));
      const encoded = await this.calls.encode(block, this.rows, undefined, false);
      const found = await beamSearch({
        rows: block.length,
        beams,
        returned: 1,
        vocabulary: t5.vocabulary,
        endToken: EOS_ID,
        lengthPenalty: options.lengthPenalty,
        step: this.calls.decoding(encoded, beams),
        // Prefixes begin with the start token, which is none of a sentence's.
        maxLength: mostTokens + 1,
        leastTokens,
        signal,
      });
      for (const [i, place] of places.entries()) {
        written[place] = this.state.form.sentences!.text(Array.from(found[i]![0]?.tokens ?? []));
      }
    }
    return written;
  }

  async dispose(): Promise<void> {
    await this.calls.dispose();
  }

  /**
   * Places of questions that are decoded together: prompts of similar length, since all are padded to the longest.
   * Where the decoder reads padding, questions stay in the order in which they were put.
   */
  private blocksOf(questions: readonly PromptQuestion[], beams: number): number[][] {
    const { t5 } = this.state.network;
    const order = [...questions.keys()];
    const room = Math.max(1, MOST_LOGITS / (beams * t5.vocabulary));
    const size = Math.min(GENERATION_BATCH, 2 ** Math.floor(Math.log2(room)));
    if (!this.dependsOnBatch) {
      order.sort((a, b) => questions[a]!.items.length - questions[b]!.items.length || a - b);
    }
    return Array.from({ length: Math.ceil(order.length / size) }, (_, i) => order.slice(i * size, (i + 1) * size));
  }

  private beamsFor(questions: readonly PromptQuestion[], count: number): number {
    const { beams, sequentialBeams } = this.state.network.options;
    const isSequential = questions[0]?.task === "sequential";
    return Math.max((isSequential && sequentialBeams) || beams, count);
  }

  private async decode(
    block: readonly PromptQuestion[],
    count: number,
    isFree: boolean,
    signal?: AbortSignal,
  ): Promise<Hypothesis[][]> {
    const padded = paddedBlock(block);
    const encoded = await this.calls.encode(padded, this.rows, this.treesOf(padded));
    const found = await this.search(encoded, padded, this.beamsFor(block, count), isFree, signal);
    return block.map((question, i) => (isFree ? this.rerank(found[i]!, this.headOf(encoded, i, question)) : found[i]!));
  }

  private search(
    encoded: Encoded,
    questions: readonly PromptQuestion[],
    beams: number,
    isFree: boolean,
    signal?: AbortSignal,
  ): Promise<Hypothesis[][]> {
    const { options, t5 } = this.state.network;
    return beamSearch({
      rows: questions.length,
      beams,
      returned: beams,
      vocabulary: t5.vocabulary,
      endToken: EOS_ID,
      lengthPenalty: options.lengthPenalty,
      step: this.calls.decoding(encoded, beams),
      ...(isFree
        ? { maxLength: this.tree.longest + 1 }
        : {
            constraints: questions.map((question, i) => this.constraint(question, this.headOf(encoded, i, question))),
          }),
      signal,
    });
  }

  /** What was written freely, with the head's say added afterwards and sorted anew. */
  private rerank(hypotheses: readonly Hypothesis[], head: Float32Array | undefined): Hypothesis[] {
    if (head === undefined) return [...hypotheses];
    const scored = hypotheses.map((hypothesis) => {
      const item = this.itemOf(hypothesis, true);
      const own = item < 0 ? HIDDEN : this.headScore(item, head[item]!);
      return { ...hypothesis, score: hypothesis.score + own };
    });
    return scored.sort((a, b) => b.score - a.score);
  }

  /**
   * Whether answers may be written that are none. Within a part of the catalogue none are: what is written freely and
   * sifted afterwards would leave lists short.
   */
  private isFree(block: readonly PromptQuestion[]): boolean {
    const { decoding } = this.state.network.options;
    return decoding === "free" && !block.some(({ task, allowed }) => task === "sequential" && allowed !== undefined);
  }

  /** Log-probabilities of items by the task's head; undefined without one. */
  private headOf({ shape, memories }: Encoded, example: number, question: PromptQuestion): Float32Array | undefined {
    const { headLogits } = memories as Record<string, Float32Array | undefined>;
    if (headLogits === undefined) return undefined;
    const { nItems } = this.state.network;
    const width = headLogits.length / shape.batch;
    const own = headLogits.subarray(example * width, (example + 1) * width);
    const candidates = question.task === "direct" ? question.items : undefined;
    // Free decoding writes what it likes, and is cleaned later.
    if (this.isFree([question])) return headLogProbabilities(own, nItems, candidates, []);
    return headLogProbabilities(own, nItems, candidates, question.excluded ?? [], question.allowed);
  }

  /** What the head adds to an item's beam score, a mean over tokens. */
  private headScore(item: number, logProbability: number): number {
    return (this.state.network.options.headWeight * logProbability) / this.lengthOf(item);
  }

  /** What sums over an item's tokens, end of sequence included, are divided by. */
  private lengthOf(item: number): number {
    return (this.state.form.target(item).length + 1) ** this.state.network.options.lengthPenalty;
  }

  private itemOf({ item, tokens }: Hypothesis, isFree: boolean): number {
    return isFree ? this.state.form.itemOf(tokens) : item;
  }

  private constraint({ excluded, allowed }: PromptQuestion, head: Float32Array | undefined): Constraint {
    const tree = allowed === undefined ? this.tree : this.spaceOf(allowed).tree;
    const constraint: Constraint = excluded === undefined ? { tree } : tree.without(Array.from(excluded));
    if (head === undefined) return constraint;
    const { headWeight } = this.state.network.options;
    return { ...constraint, bonus: constraint.tree.logShares(head).map((share) => headWeight * share) };
  }

  private spaceOf(allowed: Int32Array): Space {
    const known = this.spaces.get(allowed);
    if (known !== undefined) return known;
    const space = { tree: this.tree.restrictedTo(allowed), members: new Set(allowed) };
    this.spaces.set(allowed, space);
    return space;
  }

  private clean(
    question: PromptQuestion,
    hypotheses: readonly Hypothesis[],
    count: number,
    isFree: boolean,
  ): RankedList {
    const { excluded, allowed } = question;
    const generated = hypotheses.map((hypothesis) => this.itemOf(hypothesis, isFree));
    const { list, counts } = cleanRanking({
      items: generated,
      scores: hypotheses.map(({ score }) => score),
      count,
      exclude: excluded && new Set(Array.from(excluded)),
      only: allowed && this.spaceOf(allowed).members,
    });
    this.counts = addCounts(this.counts, counts);
    return isFree ? { ...list, generated: Int32Array.from(generated) } : list;
  }

  /** What the tokens of each question's answer compete inside of; undefined where every token competes. */
  private treesOf(questions: readonly PromptQuestion[]): readonly PrefixTree[] | undefined {
    if (!competesInTree(this.state.network.options, questions[0]!.task)) return undefined;
    return questions.map(({ task, items }) => (task === "direct" ? this.spaceOf(items).tree : this.tree));
  }
}

/** Rows repeat the first question up to a power of two, so that few programs serve blocks of all sizes. */
function paddedBlock(block: readonly PromptQuestion[]): readonly PromptQuestion[] {
  const rows = 2 ** Math.ceil(Math.log2(block.length));
  return [...block, ...Array.from({ length: rows - block.length }, () => block[0]!)];
}

/** Rows of the state's own tables. */
export function interestRows({ interests, network, nUsers }: GenerativeState): InterestRows {
  const d = network.t5.width;
  return {
    nUsers,
    individual: (row, out, at) => out.set(interests.individual.subarray(row * d, (row + 1) * d), at),
    group: (row, out, at) => out.set(interests.group.subarray(row * d, (row + 1) * d), at),
  };
}
