// The decoder's programs: what it reads of the encoder, the next token of some prefixes, and whole answers at once.
// Letters: B batch, M beams or answers a question, L positions of an answer.
import { type Packing, packingInputs } from "../../../backbone/packed-rows.ts";
import { type Memory, prependVisible, T5 } from "../../../backbone/t5.ts";
import {
  add,
  crossEntropy,
  gather,
  logSoftmax,
  mul,
  reshape,
  sum,
  type Tensor,
  type Trace,
} from "../../../engine/index.ts";
import { competesInTree } from "../options/options.ts";
import type { BatchShape, NetworkShape } from "../shapes.ts";
import { allowedInputs, answerInputs, headInputs, promptInputs, stepInputs } from "./inputs.ts";

/** Keys and values of each decoder layer as the encoder's program gives them: `k0`, `v0`, `k1`, ... */
export function namedMemories(memories: readonly Memory[], named = (name: string): string => name) {
  return Object.fromEntries(
    memories.flatMap(({ keys, values }, i) => [
      [named(memoryName("k", i)), keys],
      [named(memoryName("v", i)), values],
    ]),
  );
}

/** What a decoder's step is asked: beams a question, and how many of them there were at each position before. */
export interface StepShape {
  readonly beams: number;
  readonly past: readonly number[];
  /** Rows that beams are packed into; undefined where all are there. */
  readonly packed?: number | undefined;
}

/** The decoder's states after its newest tokens, and keys and values of these, named as later steps are fed them. */
export function stepProgram(t: Trace, shape: NetworkShape, b: BatchShape, step: StepShape): Record<string, Tensor> {
  const { beams, past, packed } = step;
  const { heads, headWidth } = shape.t5;
  const t5 = new T5(t, shape.t5, false);
  const keys = past.reduce((all, width) => all + width, beams);
  const { newest, lineage } = t.inputs(stepInputs(b, beams, packed, keys));
  const { hidden, own } = t5.decodeNext({
    tokens: newest,
    lineage,
    packing: packingOf(t, b.batch, beams, packed),
    past: past.map((width, position) => fedMemories(t, shape, [b.batch, heads, width, headWidth], at(position))),
    ...sourceFed(t, shape, b),
  });
  return {
    states: reshape(hidden, [packed ?? b.batch * beams, shape.t5.width]),
    ...namedMemories(own, at(past.length)),
  };
}

/** How `rows` stand in a batch; undefined where all places are rows. */
export function packingOf(t: Trace, batch: number, time: number, rows: number | undefined): Packing | undefined {
  if (rows === undefined) return undefined;
  return { batch, time, ...t.inputs(packingInputs(batch * time, rows)) };
}

/** What keys and values of a position of beams are called. */
const at =
  (position: number) =>
  (name: string): string =>
    `${name}@${position}`;

/** What the head is asked: all tokens after each of `rows`, or `asked` of them. */
export interface HeadShape {
  readonly rows: number;
  readonly asked: number | undefined;
  /** Logits are given: tokens compete inside a tree. */
  readonly isInTree: boolean;
}

/** Log-probabilities of the next token [rows, vocabulary], or those asked for. */
export function headProgram(
  t: Trace,
  shape: NetworkShape,
  { rows, asked, isInTree }: HeadShape,
): Record<string, Tensor> {
  const { width, vocabulary } = shape.t5;
  const fed = t.inputs(headInputs(rows, width, asked));
  const logits = new T5(t, shape.t5, false).logits(fed.states);
  const next = isInTree ? logits : logSoftmax(logits);
  if (fed.asked === undefined) return { next };
  // What leaves a session is copied: tokens that no answer goes on with stay inside.
  return { next: gather(reshape(next, [rows * vocabulary, 1]), fed.asked) };
}

/** Log-probabilities [B, M] of whole answers by teacher forcing: one call for all their tokens. */
export function answersProgram(t: Trace, shape: NetworkShape, b: BatchShape, answers: number): Record<string, Tensor> {
  const t5 = new T5(t, shape.t5, false);
  const { decoderTokens, labels } = t.inputs(answerInputs(b, answers));
  const rows = b.batch * answers;
  const { memories, mask } = sourceFed(t, shape, b);
  const decoded = t5.decode(decoderTokens, memories, mask);
  const logits = t5.logits(reshape(decoded, [rows, b.target, shape.t5.width]));
  const allowed = allowedIn(t, shape, b, logits.shape);
  const sums = sum(crossEntropy(allowed === undefined ? logits : add(logits, allowed), labels, 0), [1]);
  return { logProbabilities: reshape(mul(sums, -1), [b.batch, answers]) };
}

/** The fed mask of what competes; undefined where every token does. */
function allowedIn(t: Trace, shape: NetworkShape, b: BatchShape, extents: readonly number[]): Tensor | undefined {
  return competesInTree(shape.options, b.task) ? t.inputs(allowedInputs(extents)).allowed : undefined;
}

/** What was made of the prompt, as it is fed. */
function sourceFed(t: Trace, shape: NetworkShape, b: BatchShape): { memories: Memory[]; mask: Tensor } {
  const { prompts } = shape.options;
  const { heads, headWidth } = shape.t5;
  const { mask } = t.inputs(promptInputs(b, shape.tokensPerPosition));
  return {
    memories: fedMemories(t, shape, [b.batch, heads, prompts + b.length, headWidth], (name) => name),
    mask: decoderMask(shape, prependVisible(mask, prompts)),
  };
}

/** Keys and values of each decoder layer. */
function fedMemories(
  t: Trace,
  { t5 }: NetworkShape,
  extents: readonly number[],
  named: (name: string) => string,
): Memory[] {
  return Array.from({ length: t5.decoderLayers }, (_, i) => ({
    keys: t.input(named(memoryName("k", i)), extents),
    values: t.input(named(memoryName("v", i)), extents),
  }));
}

/**
 * What of the prompt cross-attention may see: the decoders of POD and ELMRec are given no mask (docs/protocols.md,
 * L15).
 */
export function decoderMask({ options }: NetworkShape, mask: Tensor): Tensor {
  return options.promptPadding === "visible" ? mul(mask, 0) : mask;
}

/** What the encoder's program calls keys and values of a decoder layer, and the decoder's reads. */
const memoryName = (which: "k" | "v", layer: number): string => `${which}${layer}`;
