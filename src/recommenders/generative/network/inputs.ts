// What programs of the network are fed beside its whole words and heads, declared once for `network.ts`, which reads
// it, and `examples/batches.ts`, which feeds it.
// Letters: B batch, S prompt positions, m tokens a position, L target positions.
import { type FeedsOf, floats, integers } from "../../../engine/index.ts";
import type { BatchShape } from "../shapes.ts";

/** A prompt's tokens, what hides its padding, and which word (of all examples') and which place each position is. */
export const promptInputs = ({ batch, length }: BatchShape, tokensPerPosition: number) => ({
  tokens: integers(batch, length, tokensPerPosition), // [B, S, m]
  mask: floats(batch, length),
  wordRows: integers(batch, length),
  places: integers(batch, length),
});

/**
 * Where prompt vectors stand behind the text: which of all examples' vectors and tokens, example * (p + S) + place with
 * the vectors first, each position is.
 */
export const promptOrderInputs = ({ batch, length }: BatchShape, prompts: number) => ({
  promptOrder: integers(batch, prompts + length), // [B, p + S]
});

/** How recent the item at each position is: 1 = newest, 0 = no item. */
export const recencyInputs = ({ batch, length }: BatchShape) => ({ recencies: integers(batch, length) });

/** The answer, shifted right for the decoder and as labels; padding weighs nothing unless it is trained. */
export const targetInputs = ({ batch, target }: BatchShape) => ({
  decoderTokens: integers(batch, 1, target), // [B, 1, L]
  labels: integers(batch, target),
  labelWeights: floats(batch, target),
});

/** Whose examples they are, and the share of each item slot in the mean over an example's items: 0 at padding. */
export const exampleInputs = ({ batch, items }: BatchShape) => ({
  users: integers(batch),
  itemShares: floats(batch, items, 1),
});

/** Share of each position in the mean over those of the batch's longest prompt: 0 behind it. */
export const positionInputs = ({ length }: BatchShape) => ({ positionShares: floats(1, length, 1) });

/** Weight of the alignment loss; it changes in the course of a training. */
export const alignmentInputs = { alignmentWeight: floats() };

export const alignmentFeeds = (weight: number): FeedsOf<typeof alignmentInputs> => ({
  alignmentWeight: Float32Array.of(weight),
});

/** What a decoder's step is fed beside memories: newest tokens, and which of all `keys` each place may see. */
export const stepInputs = ({ batch }: BatchShape, beams: number, packed: number | undefined, keys: number) => ({
  newest: packed === undefined ? integers(batch, beams) : integers(1, packed),
  lineage: floats(batch, 1, beams, keys),
});

/** What the head is fed beside parameters: the decoder's states, and the places of [rows * vocabulary] it is asked. */
export const headInputs = (rows: number, width: number, asked: number | undefined) => ({
  states: floats(rows, width),
  asked: asked === undefined ? undefined : integers(asked),
});

/** Whole answers [B, M, L], shifted right for the decoder; labels [B * M, L], below 0 where there is nothing to say. */
export const answerInputs = ({ batch, target }: BatchShape, answers: number) => ({
  decoderTokens: integers(batch, answers, target),
  labels: integers(batch * answers, target),
});

/** Where tokens compete inside the tree of answers: 0 at those that may stand at a place, and their wanted shares. */
export const treeInputs = ({ batch, target }: BatchShape, vocabulary: number) => ({
  allowed: floats(batch, target, vocabulary),
  wanted: floats(batch, target, vocabulary),
});

/** 0 at tokens that may stand at a place of an answer. */
export const allowedInputs = (shape: readonly number[]) => ({ allowed: floats(...shape) });
