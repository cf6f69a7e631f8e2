// The decoder's programs: what it reads of the encoder, the next token of some prefixes, and whole answers at once.
// Letters: B batch, M beams or answers a question, L positions of an answer.
import { type CrossMemory, prependVisible, T5 } from "../../../backbone/t5.ts";
import { add, crossEntropy, mul, reshape, sum, type Tensor, type Trace } from "../../../engine/index.ts";
import { competesInTree } from "../options/options.ts";
import type { BatchShape, NetworkShape } from "../shapes.ts";
import { allowedInputs, answerInputs, prefixInputs, promptInputs } from "./inputs.ts";

/** Keys and values of each decoder layer as the encoder's program gives them: `k0`, `v0`, `k1`, ... */
export function namedMemories(memories: readonly CrossMemory[]): Record<string, Tensor> {
  return Object.fromEntries(
    memories.flatMap(({ keys, values }, i) => [
      [memoryName("k", i), keys],
      [memoryName("v", i), values],
    ]),
  );
}

/** Next-token log-probabilities of `prefixes` [B, beams, length]. */
export function decodeProgram(
  t: Trace,
  shape: NetworkShape,
  b: BatchShape,
  beams: number,
  prefix: number,
): Record<string, Tensor> {
  const t5 = new T5(t, shape.t5, false);
  const { prefixes } = t.inputs(prefixInputs(b, beams, prefix));
  const allowed = allowedIn(t, shape, b, [b.batch, beams, shape.t5.vocabulary]);
  return { logProbabilities: t5.nextLogProbabilities(decodeFed(t, t5, shape, b, prefixes), allowed) };
}

/** Log-probabilities [B, M] of whole answers by teacher forcing: one call for all their tokens. */
export function answersProgram(t: Trace, shape: NetworkShape, b: BatchShape, answers: number): Record<string, Tensor> {
  const t5 = new T5(t, shape.t5, false);
  const { decoderTokens, labels } = t.inputs(answerInputs(b, answers));
  const rows = b.batch * answers;
  const decoded = decodeFed(t, t5, shape, b, decoderTokens);
  const logits = t5.logits(reshape(decoded, [rows, b.target, shape.t5.width]));
  const allowed = allowedIn(t, shape, b, logits.shape);
  const sums = sum(crossEntropy(allowed === undefined ? logits : add(logits, allowed), labels, 0), [1]);
  return { logProbabilities: reshape(mul(sums, -1), [b.batch, answers]) };
}

/** The fed mask of what competes; undefined where every token does. */
function allowedIn(t: Trace, shape: NetworkShape, b: BatchShape, extents: readonly number[]): Tensor | undefined {
  return competesInTree(shape.options, b.task) ? t.inputs(allowedInputs(extents)).allowed : undefined;
}

/** Hidden states of `tokens` [B, M, L] over memories and mask that are fed. */
function decodeFed(t: Trace, t5: T5, shape: NetworkShape, b: BatchShape, tokens: Tensor): Tensor {
  const source = shape.options.prompts + b.length;
  const { heads, headWidth, decoderLayers } = shape.t5;
  const memories = Array.from({ length: decoderLayers }, (_, i) => ({
    keys: t.input(memoryName("k", i), [b.batch, heads, source, headWidth]),
    values: t.input(memoryName("v", i), [b.batch, heads, source, headWidth]),
  }));
  const { mask: present } = t.inputs(promptInputs(b, shape.tokensPerPosition));
  return t5.decode(tokens, memories, decoderMask(shape, prependVisible(present, shape.options.prompts)));
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
