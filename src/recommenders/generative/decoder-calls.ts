// What a generator asks of the compiled network: encode prompts once, then the next token of some prefixes, or whole
// answers. Programs are compiled for each size and kept.
import {
  type CompileOptions,
  compile,
  ProgramCache,
  type Tensor,
  type TensorData,
  type Trace,
  trace,
} from "../../engine/index.ts";
import type { PrefixTree } from "../../generation/index.ts";
import { allHidden, uncoverAfter } from "./examples/answer-space.ts";
import { ANSWER_BUCKET, type Batch, makeBatch } from "./examples/batches.ts";
import { answersProgram, decodeProgram } from "./network/decoder-programs.ts";
import { encodeProgram } from "./network/network.ts";
import type { BatchShape, Example, InterestRows } from "./shapes.ts";
import { shortlistLogProbabilities } from "./shortlist.ts";
import type { GenerativeState } from "./state.ts";

/** Histories take a multiple of so many slots, up to the longest that is read. */
const SLOTS = 5;

/** Prompts and what the encoder made of them. */
export interface Encoded extends Batch {
  readonly memories: Readonly<Record<string, TensorData>>;
  /** Where tokens compete inside the tree of what may be answered: that of each row. */
  readonly trees: readonly PrefixTree[] | undefined;
}

/** It holds native memory: call `dispose()`. */
export class DecoderCalls {
  private readonly state: GenerativeState;
  private readonly compileOptions: CompileOptions;
  private readonly programs = new ProgramCache(48);

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
    const memories = await this.run(
      `encode ${key(shape)} ${withHead}`,
      (t) => encodeProgram(t, this.state.network, shape, withHead),
      feeds,
    );
    return { shape, feeds, memories, trees };
  }

  /** Next-token log-probabilities of `prefixes` [B, beams, length]. */
  async step(
    { shape, feeds, memories, trees }: Encoded,
    prefixes: Int32Array,
    beams: number,
    length: number,
  ): Promise<Float32Array> {
    const allowed = trees && { allowed: this.allowedAfter(prefixes, trees, beams, length) };
    const { logProbabilities } = await this.run(
      `decode ${key(shape)} ${beams} ${length}`,
      (t) => decodeProgram(t, this.state.network, shape, beams, length),
      { ...memories, mask: feeds.mask, prefixes, ...allowed },
    );
    return logProbabilities as Float32Array;
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
      return logProbabilities as Float32Array;
    };
    return shortlistLogProbabilities({ form, shape, vocabulary: network.t5.vocabulary, lists, trees, run });
  }

  async dispose(): Promise<void> {
    await this.programs.dispose();
  }

  private async run(
    name: string,
    build: (t: Trace) => Record<string, Tensor>,
    feeds: Readonly<Record<string, TensorData>>,
  ): Promise<Readonly<Record<string, TensorData>>> {
    const program = await this.programs.get(name, () => compile(trace(build), this.compileOptions));
    return program.run<string>({ ...this.state.parameters.feeds(), ...feeds });
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

  private allowedAfter(
    prefixes: Int32Array,
    trees: readonly PrefixTree[],
    beams: number,
    length: number,
  ): Float32Array {
    const { vocabulary } = this.state.network.t5;
    const mask = allHidden(trees.length * beams * vocabulary);
    for (let beam = 0; beam < trees.length * beams; beam++) {
      const prefix = prefixes.subarray(beam * length, (beam + 1) * length);
      uncoverAfter(trees[Math.floor(beam / beams)]!, prefix, mask, beam * vocabulary);
    }
    return mask;
  }
}

const key = ({ task, batch, length, items }: BatchShape): string => `${task} ${batch} ${length} ${items}`;
