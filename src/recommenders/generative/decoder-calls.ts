// What a generator asks of the compiled network: encode prompts once, then a search's steps, or whole answers. Programs
// are compiled for each size and kept.
import { packedRows, packingFeeds } from "../../backbone/packed-rows.ts";
import {
  type CompileOptions,
  compile,
  ProgramCache,
  sizeOf,
  type Tensor,
  type TensorData,
  type Trace,
  trace,
} from "../../engine/index.ts";
import type { DecoderStep, PrefixTree } from "../../generation/index.ts";
import { ArrayPool, type Lease } from "./array-pool.ts";
import { CachedDecoding, type DecoderPrograms } from "./cached-decoding.ts";
import { ANSWER_BUCKET, type Batch, makeBatch } from "./examples/batches.ts";
import { answersProgram, headProgram, stepProgram } from "./network/decoder-programs.ts";
import { encodeProgram } from "./network/network.ts";
import type { BatchShape, Example, InterestRows } from "./shapes.ts";
import { shortlistLogProbabilities } from "./shortlist.ts";
import type { GenerativeState } from "./state.ts";

/** Histories take a multiple of so many slots, up to the longest that is read. */
const SLOTS = 5;

/** Prompts and what the encoder made of them. To be released when nothing asks of it any more. */
export interface Encoded extends Batch {
  readonly memories: Readonly<Record<string, TensorData>>;
  /** Where tokens compete inside the tree of what may be answered: that of each row. */
  readonly trees: readonly PrefixTree[] | undefined;
  readonly lease: Lease;
}

/** It holds native memory: call `dispose()`. */
export class DecoderCalls {
  private readonly state: GenerativeState;
  private readonly compileOptions: CompileOptions;
  private readonly programs = new ProgramCache(96);
  private readonly pool = new ArrayPool();

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
    const lease = this.pool.lease();
    const memories = await this.run(
      lease,
      `encode ${key(shape)} ${packed} ${withHead}`,
      (t) => encodeProgram(t, this.state.network, shape, { withHead, packed }),
      { ...feeds, ...lists },
    );
    return { shape, feeds, memories, trees, lease };
  }

  /** The step of one search with so many beams a question. */
  decoding({ shape, feeds, memories, trees, lease }: Encoded, beams: number): DecoderStep {
    const { network } = this.state;
    const isInTree = trees !== undefined;
    let answer: Float32Array = new Float32Array(0);
    const programs: DecoderPrograms = {
      batch: shape.batch,
      vocabulary: network.t5.vocabulary,
      trees,
      step: async (step, fed) => {
        const { states, ...own } = await this.run(
          lease,
          `step ${key(shape)} ${step.beams} after ${step.past} packed ${step.packed}`,
          (t) => stepProgram(t, network, shape, step),
          { ...memories, mask: feeds.mask, ...fed },
        );
        return { states: states!, memories: own };
      },
      head: async (count, states) => {
        lease.giveBack(answer);
        const build = (t: Trace) => headProgram(t, network, count, isInTree);
        const { next } = await this.run(lease, `head ${count} ${isInTree}`, build, { states });
        answer = next!;
        return answer;
      },
    };
    return new CachedDecoding(programs, beams).step;
  }

  /** Log-probabilities of each row's list of items. */
  lists({ shape, feeds, memories, trees, lease }: Encoded, lists: readonly Int32Array[]): Promise<Float32Array[]> {
    const { form, network } = this.state;
    const run = async (answers: Readonly<Record<string, TensorData>>, width: number): Promise<Float32Array> => {
      const { logProbabilities } = await this.run(
        lease,
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

  /** Results, all of them floats, are the lease's. */
  private async run(
    lease: Lease,
    name: string,
    build: (t: Trace) => Record<string, Tensor>,
    feeds: Readonly<Record<string, TensorData>>,
  ): Promise<Readonly<Record<string, Float32Array>>> {
    const executable = await this.programs.get(name, () => compile(trace(build), this.compileOptions));
    const results = Object.fromEntries(
      Object.entries(executable.program.outputs).map(([output, { shape }]) => [output, lease.take(sizeOf(shape))]),
    );
    await executable.run({ ...this.state.parameters.feeds(), ...feeds }, results);
    return results;
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
      recent.map(({ target: _, ...question }) => question),
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

const key = ({ task, batch, length, items }: BatchShape): string => `${task} ${batch} ${length} ${items}`;
