// Turns questions into ranked lists: query vectors, their products with all items in blocks, seen items masked, the
// best.

import { TopK, topEntries } from "../../base/top-k.ts";
import {
  add,
  type CompileOptions,
  compile,
  type Executable,
  type FeedsOf,
  floats,
  matmul,
  ProgramCache,
  type Tensor,
  type Trace,
  trace,
  transpose,
} from "../../engine/index.ts";
import { refuseNaN } from "../../generation/index.ts";
import type { RankedList } from "../recommender.ts";
import { spacesIn } from "../spaces.ts";
import { tieOrder } from "../tie-order.ts";
import { type Fed, fedHistories } from "./fed-histories.ts";
import { bucketOf } from "./histories.ts";
import type { BatchExtents, Query, QueryContext } from "./id-model.ts";
import { batchQuery } from "./queries.ts";
import type { Vectors } from "./vectors.ts";

export interface RankingQuestion {
  readonly userIndex: number;
  /** Everything known of the user, oldest first: never answered. */
  readonly history: Int32Array;
  /** Answer space of the direct task. */
  readonly candidates?: Int32Array | undefined;
  /** Answer space of the sequential task, shared by many questions; absent = the catalogue. */
  readonly among?: Int32Array | undefined;
}

/** Questions scored together: few sizes, so that one question does not pay for many. */
const BLOCKS = [1, 32, 256] as const;

/** What scores are made of: items' vectors, their biases where there are any, and queries that are rows of a table. */
const scoredInputs = (nItems: number, width: number) => ({ scored: floats(nItems, width) });
const biasInputs = (nItems: number) => ({ bias: floats(nItems) });
const queryInputs = (rows: number, width: number) => ({ query: floats(rows, width) });

export class Scorer<O> {
  private readonly context: QueryContext<O>;
  private readonly query: Query<O> | undefined;
  private readonly compileOptions: CompileOptions;
  private readonly programs = new ProgramCache(24);
  private readonly spaceOf: ReturnType<typeof spacesIn>;

  /** It holds native memory: call `dispose()`. */
  constructor(context: QueryContext<O>, query: Query<O> | undefined, compileOptions: CompileOptions) {
    this.context = context;
    this.query = query;
    this.compileOptions = compileOptions;
    this.spaceOf = spacesIn(tieOrder(context.nItems));
  }

  /**
   * At most `count` items per question, best first, in the order of the questions.
   * @throws OperationError for a score that is no number.
   */
  async rank(vectors: Vectors, questions: readonly RankingQuestion[], count: number): Promise<RankedList[]> {
    const lists = new Array<RankedList>(questions.length);
    // Histories of similar length share a block.
    const sorted = questions.map((_, i) => i);
    if (this.query !== undefined) sorted.sort((a, b) => questions[a]!.history.length - questions[b]!.history.length);
    const largest = BLOCKS.at(-1)!;
    for (let at = 0; at < sorted.length; at += largest) {
      const chosen = sorted.slice(at, at + largest);
      const scores = await this.scores(
        vectors,
        chosen.map((i) => questions[i]!),
      );
      const { nItems } = this.context;
      chosen.forEach((i, row) => {
        lists[i] = this.best(scores.subarray(row * nItems, (row + 1) * nItems), questions[i]!, count);
      });
    }
    return lists;
  }

  /** Scores of all items for at most 256 questions, [questions, nItems] and what fills the block; nothing is masked. */
  async scores(vectors: Vectors, questions: readonly RankingQuestion[]): Promise<Float32Array> {
    const rows = bucketOf(BLOCKS, questions.length);
    const filled = Array.from({ length: rows }, (_, i) => questions[i] ?? questions[0]!);
    const { shape, feeds } =
      this.query === undefined ? userRows(vectors, filled) : fedHistories(filled, this.query, this.context);
    const key = JSON.stringify(shape);
    const program = await this.programs.get(key, () => this.compile(shape, vectors));
    const scored: FeedsOf<ReturnType<typeof scoredInputs>> = { scored: vectors.items };
    const bias: FeedsOf<ReturnType<typeof biasInputs>> | undefined = vectors.bias && { bias: vectors.bias };
    const { scores } = await program.run<"scores">({ ...vectors.parameters, ...scored, ...bias, ...feeds });
    return scores as Float32Array;
  }

  async dispose(): Promise<void> {
    await this.programs.dispose();
  }

  private compile(shape: BatchExtents, vectors: Vectors): Promise<Executable> {
    const { nItems } = this.context;
    const queryOf = (t: Trace, items: Tensor): Tensor =>
      this.query === undefined
        ? t.inputs(queryInputs(shape.rows, vectors.width)).query
        : batchQuery(t, this.query, this.context, shape, items);
    const program = trace((t) => {
      const { scored } = t.inputs(scoredInputs(nItems, vectors.width));
      const products = matmul(queryOf(t, scored), transpose(scored));
      return { scores: vectors.bias === undefined ? products : add(products, t.inputs(biasInputs(nItems)).bias) };
    });
    return compile(program, this.compileOptions);
  }

  private best(scores: Float32Array, { history, candidates, among }: RankingQuestion, count: number): RankedList {
    refuseNaN(scores);
    for (const item of history) scores[item] = Number.NEGATIVE_INFINITY;
    const items = candidates ?? this.spaceOf(among).items;
    const top = new TopK(Math.max(1, count));
    for (let place = 0; place < items.length; place++) {
      const score = scores[items[place]!]!;
      if (score > top.floor) top.push(score, place, items[place]!);
    }
    const { size, payloads, scores: kept } = top.drain(topEntries(top.capacity));
    const length = Math.min(size, count);
    return { items: payloads.slice(0, length), scores: Float32Array.from(kept.subarray(0, length)) };
  }
}

function userRows({ users, width }: Vectors, questions: readonly RankingQuestion[]): Fed {
  const query = new Float32Array(questions.length * width);
  questions.forEach(({ userIndex }, row) => {
    query.set(users!.subarray(userIndex * width, (userIndex + 1) * width), row * width);
  });
  return { shape: { rows: questions.length, groups: [] }, feeds: { query } };
}
