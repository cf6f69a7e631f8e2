// What a generator asks of the compiled network: encode prompts once, then a search's steps, or whole answers. Programs
// are compiled for each size and kept.
import { packedRows, packingFeeds } from "../../backbone/packed-rows.ts";
import {
  type CompileOptions,
  compile,
  ProgramCache,
  type Tensor,
  type TensorData,
  type Trace,
  trace,
} from "../../engine/index.ts";
import type { DecoderStep, Followers, PrefixTree } from "../../generation/index.ts";
import { CachedDecoding, type DecoderPrograms } from "./cached-decoding.ts";
import { ANSWER_BUCKET, type Batch, makeBatch } from "./examples/batches.ts";
import { answersProgram, type HeadShape, headProgram, stepProgram } from "./network/decoder-programs.ts";
import { encodeProgram } from "./network/network.ts";
import type { BatchShape, Example, InterestRows } from "./shapes.ts";
import { shortlistLogProbabilities } from "./shortlist.ts";
import type { GenerativeState } from "./state.ts";

/** Histories take a multiple of so many slots, up to the longest that is read. */
const SLOTS = 5;

/** Logits of one call of the head at most: with T5's vocabulary more would stream through memory instead of caches. */
const HEAD_LOGITS = 2 ** 23;

/** Prompts and what the encoder made of them. */
export interface Encoded extends Batch {
  readonly memories: Readonly<Record<string, TensorData>>;
  /** Where tokens compete inside the tree of what may be answered: that of each row. */
  readonly trees: readonly PrefixTree[] | undefined;
}

interface HeadCall {
  readonly rows: number;
  readonly states: Float32Array;
  readonly followers: Followers | undefined;
  readonly isInTree: boolean;
}

/** It holds native memory: call `dispose()`. */
export class DecoderCalls {
  private readonly state: GenerativeState;
  private readonly compileOptions: CompileOptions;
  private readonly programs = new ProgramCache(96);

  constructor(state: GenerativeState, compileOptions: CompileOptions) {
    this.state = state;
    this.compileOptions = compileOptions;
  }

  async encode(
    questions: readonly Example[],
    rows: InterestRows,
    trees: readonly PrefixTree[] | undefined,
    withHead = true,
  ): Promise<Encoded> {
    const { shape, feeds } = this.batchOf(questions, rows);
    const { packed, lists } = this.packingOf(shape, feeds.mask);
    const memories = await this.run(
      `encode ${key(shape)} ${packed} ${withHead}`,
      (t) => encodeProgram(t, this.state.network, shape, { withHead, packed }),
      { ...feeds, ...lists },
    );
    return { shape, feeds, memories, trees };
  }

  /** The step of one search with so many beams a question. */
  decoding({ shape, feeds, memories, trees }: Encoded, beams: number): DecoderStep {
    const { network } = this.state;
    const isInTree = trees !== undefined;
    const programs: DecoderPrograms = {
      batch: shape.batch,
      vocabulary: network.t5.vocabulary,
      trees,
      step: async (step, fed) => {
        const { states, ...own } = await this.run(
          `step ${key(shape)} ${step.beams} after ${step.past} packed ${step.packed}`,
          (t) => stepProgram(t, network, shape, step),
          { ...memories, mask: feeds.mask, ...fed },
        );
        return { states: states!, memories: own };
      },
      head: (rows, states, followers) => this.head({ rows, states, followers, isInTree }),
    };
    return new CachedDecoding(programs, beams).step;
  }

  /** In parts of equal size. */
  private async head({ rows, states, followers, isInTree }: HeadCall): Promise<Float32Array> {
    const { width, vocabulary } = this.state.network.t5;
    const answer = new Float32Array(followers?.tokens.length ?? rows * vocabulary);
    const part = Math.ceil(rows / Math.ceil((rows * vocabulary) / HEAD_LOGITS));
    for (let from = 0; from < rows; from += part) {
      const to = Math.min(rows, from + part);
      const places = followers && placesOf(followers, from, to, vocabulary);
      const shape: HeadShape = { rows: to - from, asked: places && roomFor(places.length), isInTree };
      const feeds = { states: states.subarray(from * width, to * width) };
      const build = (t: Trace) => headProgram(t, this.state.network, shape);
      const name = `head ${shape.rows} ${shape.asked} ${isInTree}`;
      if (places === undefined) {
        const { next } = await this.run(name, build, feeds);
        answer.set(next!, from * vocabulary);
      } else if (places.length > 0) {
        const asked = new Int32Array(shape.asked!);
        asked.set(places);
        const { next } = await this.run(name, build, { ...feeds, asked });
        answer.set(next!.subarray(0, places.length), followers!.starts[from]!);
      }
    }
    return answer;
  }

  /** Log-probabilities of each row's list of items. */
  lists({ shape, feeds, memories, trees }: Encoded, lists: readonly Int32Array[]): Promise<Float32Array[]> {
    const { form, network } = this.state;
    const run = async (answers: Readonly<Record<string, TensorData>>, width: number): Promise<Float32Array> => {
      const { logProbabilities } = await this.run(
        `answers ${key(shape)} ${width}`,
        (t) => answersProgram(t, network, shape, width),
        { ...memories, mask: feeds.mask, ...answers },
      );
      return logProbabilities!;
    };
    return shortlistLogProbabilities({ form, shape, vocabulary: network.t5.vocabulary, lists, trees, run });
  }

  async dispose(): Promise<void> {
    await this.programs.dispose();
  }

  /** Results are floats, all of them. */
  private async run(
    name: string,
    build: (t: Trace) => Record<string, Tensor>,
    feeds: Readonly<Record<string, TensorData>>,
  ): Promise<Readonly<Record<string, Float32Array>>> {
    const program = await this.programs.get(name, () => compile(trace(build), this.compileOptions));
    const results = await program.run<string>({ ...this.state.parameters.feeds(), ...feeds });
    return results as Record<string, Float32Array>;
  }

  private batchOf(questions: readonly Example[], rows: InterestRows): Batch {
    const { form, network } = this.state;
    const { maxHistory, promptPadding } = network.options;
    // Where the decoder reads padding, its length is part of the question: it stays what it was in training.
    const isPaddingRead = promptPadding === "visible";
    const recent = questions.map((q) => (q.task === "sequential" ? { ...q, items: q.items.slice(-maxHistory) } : q));
    const longest = Math.max(...recent.map(({ items }) => items.length));
    const isSequential = questions[0]!.task === "sequential";
    const needed = isPaddingRead ? maxHistory : Math.min(maxHistory, SLOTS * Math.ceil(longest / SLOTS));
    const slots = isSequential ? needed : longest;
    return makeBatch(
      recent.map(({ target: _, sentence: __, ...question }) => question),
      form,
      network,
      rows,
      slots,
      isPaddingRead ? undefined : ANSWER_BUCKET,
    );
  }

  /** Where prompts leave places empty that nothing reads, what they hold is packed. */
  private packingOf({ batch, length }: BatchShape, mask: Float32Array) {
    const { prompts, promptPadding } = this.state.network.options;
    const time = prompts + length;
    const occupied = Int32Array.from({ length: batch * time }, (_, place) => place).filter((place) => {
      const position = (place % time) - prompts;
      return position < 0 || mask[Math.floor(place / time) * length + position] === 0;
    });
    const packed = packedRows(occupied.length, batch * time);
    if (packed === batch * time || promptPadding === "visible") return { packed: undefined, lists: undefined };
    return { packed, lists: packingFeeds(occupied, batch * time, packed) };
  }
}

/** Where followers of rows `from .. to - 1` stand in logits of these rows. Rows behind the last beam have none. */
function placesOf({ starts, tokens }: Followers, from: number, to: number, vocabulary: number): Int32Array {
  const last = starts.length - 1;
  const first = starts[Math.min(from, last)]!;
  const places = tokens.slice(first, starts[Math.min(to, last)]!);
  for (let beam = from; beam < Math.min(to, last); beam++) {
    for (let i = starts[beam]!; i < starts[beam + 1]!; i++) places[i - first]! += (beam - from) * vocabulary;
  }
  return places;
}

/** Powers of four, so that few programs serve all trees. */
const roomFor = (asked: number): number => 4 ** Math.ceil(Math.log(Math.max(64, asked)) / Math.log(4));

const key = ({ task, batch, length, items }: BatchShape): string => `${task} ${batch} ${length} ${items}`;
