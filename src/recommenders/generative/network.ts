// ISRF's network as engine nodes: prompt vectors and whole words enter the encoder (eq. 1, 5), the decoder names the item,
// and two contrastive losses align individual and group interests (eq. 8-11).
// Letters: B batch, S prompt positions, m tokens a position, W words an example, d width, p prompt vectors, L target positions.
import { MASKED, prependVisible, T5 } from "../../backbone/t5.ts";
import { PAD_ID, type T5Config } from "../../backbone/t5-config.ts";
import {
  add,
  concat,
  expand,
  gather,
  logSoftmax,
  mean,
  mul,
  neg,
  type Objective,
  oneHot,
  reshape,
  slice,
  stopGradient,
  sum,
  type Tensor,
  type Trace,
} from "../../engine/index.ts";
import { infoNce } from "../../interests/contrastive.ts";
import type { Task } from "../recommender.ts";
import { hasItemHead, itemHeadLoss } from "./item-head.ts";
import type { GenerativeOptions } from "./options.ts";

/** Sizes that are fixed for a run. */
export interface NetworkShape {
  readonly options: GenerativeOptions;
  readonly t5: T5Config;
  readonly nItems: number;
  readonly tokensPerPosition: number;
  /** Position i is word i + 1 (compact form). */
  readonly isAligned: boolean;
  /** Factors on fed interests (1, or 1 / RMS at the start of training). */
  readonly scales: { readonly individual: number; readonly group: number };
}

/** Sizes of one program. */
export interface BatchShape {
  readonly task: Task;
  readonly batch: number;
  /** S */
  readonly length: number;
  /** Items in the prompt: history or candidates, padded. */
  readonly items: number;
  /** L, end of sequence included. */
  readonly target: number;
}

/** Longest history that a recency embedding tells apart; older items share the last row. */
export const MAX_ORDINAL = 64;

/** The whole words of a batch: rows 0 omega_0, 1 user, 2 group, 3.. items. */
interface Words {
  readonly all: Tensor; // [B, 3 + items, d]
  readonly items: Tensor; // [B, items, d]
}

interface Encoded {
  readonly input: Tensor; // [B, p + S, d]
  readonly mask: Tensor; // [B, 1, 1, p + S]
  readonly words: Words;
  readonly individual: Tensor; // [B, d] e~_u
  readonly group: Tensor; // [B, d] h_u
}

/** Training or validation loss of one batch. Feeds are named in `batches.ts`. */
export function objective(t: Trace, shape: NetworkShape, b: BatchShape, isTraining: boolean): Objective {
  const t5 = new T5(t, shape.t5, isTraining);
  const encoded = encoderInput(t, t5, shape, b);
  const hidden = t5.encode(encoded.input, encoded.mask);
  const decoderTokens = t.input("decoderTokens", [b.batch, 1, b.target], "int32");
  const decoded = t5.decode(decoderTokens, t5.crossMemories(hidden), decoderMask(shape, encoded.mask));
  const generation = generationLoss(
    t,
    t5.logits(reshape(decoded, [b.batch, b.target, shape.t5.width])),
    shape.options.labelSmoothing,
  );
  const alignment = alignmentLoss(t, shape, b, encoded);
  const aligned =
    alignment === undefined ? generation : add(generation, mul(alignment, t.input("alignmentWeight", [])));
  const head = hasItemHead(shape, b.task) ? itemHeadLoss(t, shape, firstState(decoded)) : undefined;
  const loss = head === undefined ? aligned : add(aligned, mul(head, shape.options.itemHead));
  const fed = fedInterests(t, b, shape);
  return {
    loss,
    outputs: { generation, ...(alignment && { alignment }), ...(head && { head }) },
    inputGradients: isTraining
      ? Object.fromEntries(Object.entries(fed).map(([name, tensor]) => [`d.${name}`, tensor]))
      : {},
  };
}

/** Encoder part of generation: keys and values of each decoder layer, `k0`, `v0`, `k1`, ...; `query` of the item head. */
export function encodeProgram(t: Trace, shape: NetworkShape, b: BatchShape): Record<string, Tensor> {
  const t5 = new T5(t, shape.t5, false);
  const { input, mask } = encoderInput(t, t5, shape, b);
  const memories = t5.crossMemories(t5.encode(input, mask));
  const outputs = Object.fromEntries(
    memories.flatMap(({ keys, values }, i) => [
      [`k${i}`, keys],
      [`v${i}`, values],
    ]),
  );
  if (!hasItemHead(shape, b.task)) return outputs;
  const start = t.fill(PAD_ID, [b.batch, 1, 1], "int32");
  return { ...outputs, query: firstState(t5.decode(start, memories, decoderMask(shape, mask))) };
}

/** The decoder's state after the start token: [B, 1, L, d] -> [B, d]. */
function firstState(decoded: Tensor): Tensor {
  return reshape(slice(decoded, 2, 0, 1), [decoded.shape[0]!, decoded.shape[3]!]);
}

/** Decoder part: next-token log-probabilities of `prefixes` [B, beams, length]. */
export function decodeProgram(
  t: Trace,
  shape: NetworkShape,
  b: BatchShape,
  beams: number,
  prefix: number,
): Record<string, Tensor> {
  const t5 = new T5(t, shape.t5, false);
  const source = shape.options.prompts + b.length;
  const { heads, headWidth, decoderLayers } = shape.t5;
  const memories = Array.from({ length: decoderLayers }, (_, i) => ({
    keys: t.input(`k${i}`, [b.batch, heads, headWidth, source]),
    values: t.input(`v${i}`, [b.batch, heads, source, headWidth]),
  }));
  const mask = decoderMask(shape, prependVisible(t.input("mask", [b.batch, b.length]), shape.options.prompts));
  const prefixes = t.input("prefixes", [b.batch, beams, prefix], "int32");
  return { logProbabilities: t5.nextLogProbabilities(t5.decode(prefixes, memories, mask)) };
}

/** What of the prompt cross-attention may see: the decoders of POD and ELMRec are given no mask (protocol, L15). */
function decoderMask({ options }: NetworkShape, mask: Tensor): Tensor {
  return options.promptPadding === "visible" ? mul(mask, 0) : mask;
}

/** Eq. 1: X_p + beta * Omega(Z), prompt vectors first and without a whole word. */
function encoderInput(t: Trace, t5: T5, shape: NetworkShape, b: BatchShape): Encoded {
  const { options, t5: config, tokensPerPosition } = shape;
  const d = config.width;
  const tokens = t5.embed(t.input("tokens", [b.batch, b.length, tokensPerPosition], "int32"));
  const text = tokensPerPosition === 1 ? reshape(tokens, [b.batch, b.length, d]) : sum(tokens, [2]);
  const { words, individual, group } = wholeWords(t, shape, b);
  let input = add(text, mul(placeWords(t, shape, b, words.all), options.beta));
  if (options.recency && b.task === "sequential") {
    input = add(
      input,
      gather(t.parameter("recency", [MAX_ORDINAL, d]), t.input("recencies", [b.batch, b.length], "int32")),
    );
  }
  if (options.prompts > 0) {
    const vectors = t.parameter(`prompt.${b.task}`, [options.prompts, d]);
    input = concat([expand(reshape(vectors, [1, options.prompts, d]), [b.batch, options.prompts, d]), input], 1);
  }
  const mask = prependVisible(t.input("mask", [b.batch, b.length]), options.prompts);
  return { input, mask, words, individual, group };
}

/** Interests fed by the caller, who wants their gradients back. */
function fedInterests(t: Trace, b: BatchShape, shape: NetworkShape): Record<string, Tensor> {
  const d = shape.t5.width;
  const fed: Record<string, Tensor> = {};
  if (b.task === "direct" || shape.options.sequentialUser === "individual")
    fed.individual = t.input("individual", [b.batch, d]);
  if (b.task === "direct") fed.candidates = t.input("candidates", [b.batch, b.items, d]);
  if (meansOverIndividual(shape, b)) fed.history = t.input("history", [b.batch, d]);
  fed.group = t.input("group", [b.batch, d]);
  return fed;
}

function wholeWords(t: Trace, shape: NetworkShape, b: BatchShape): { words: Words; individual: Tensor; group: Tensor } {
  const { options, scales, t5 } = shape;
  const d = t5.width;
  const fed = fedInterests(t, b, shape);
  const none = expand(reshape(t.parameter("omega.zero", [d]), [1, 1, d]), [b.batch, 1, d]);
  const group = fed.group!;
  const asWord = (x: Tensor): Tensor => reshape(x, [b.batch, 1, d]);
  const user =
    fed.individual === undefined ? sequentialUserWord(t, shape, b) : asWord(mul(fed.individual, scales.individual));
  const items =
    b.task === "direct" ? candidateWords(t, shape, fed.candidates!, user) : sequentialItemWords(t, shape, b);
  const groupWord = options.groupWord ? asWord(mul(group, scales.group)) : none;
  const all = concat([none, user, groupWord, items], 1);
  return { words: { all, items }, individual: fed.individual ?? reshape(user, [b.batch, d]), group };
}

/** Eq. 5: a candidate's word is its individual interest; optionally with its product with the user's. */
function candidateWords(t: Trace, shape: NetworkShape, candidates: Tensor, user: Tensor): Tensor {
  const words = mul(candidates, shape.scales.individual);
  if (!shape.options.interaction) return words;
  return add(words, mul(mul(words, user), t.parameter("interaction", [shape.t5.width])));
}

/** omega^s: rows 0..nItems-1 are items, row nItems is the shared user word and row nItems + 1 fills padding. */
function sequentialItemWords(t: Trace, shape: NetworkShape, b: BatchShape): Tensor {
  const { sequentialWord } = shape.options;
  const d = shape.t5.width;
  const byItem = () => gather(sequentialTable(t, shape), t.input("itemRows", [b.batch, b.items], "int32"));
  const byPosition = () => {
    const ordinals = t.constant(
      "ordinals",
      Int32Array.from({ length: b.items }, (_, i) => Math.min(i + 2, MAX_ORDINAL - 1)),
      [1, b.items],
    );
    return expand(gather(t.parameter("omega.positions", [MAX_ORDINAL, d]), ordinals), [b.batch, b.items, d]);
  };
  switch (sequentialWord) {
    case "item":
      return byItem();
    case "position":
      return byPosition();
    case "item+position":
      return add(byItem(), byPosition());
    default:
      return sequentialWord satisfies never;
  }
}

function sequentialUserWord(t: Trace, shape: NetworkShape, b: BatchShape): Tensor {
  const d = shape.t5.width;
  const table =
    shape.options.sequentialWord === "position"
      ? t.parameter("omega.positions", [MAX_ORDINAL, d])
      : sequentialTable(t, shape);
  const at = shape.options.sequentialWord === "position" ? 1 : shape.nItems;
  return expand(reshape(slice(table, 0, at, at + 1), [1, 1, d]), [b.batch, 1, d]);
}

function sequentialTable(t: Trace, shape: NetworkShape): Tensor {
  return t.parameter("omega.sequential", [shape.nItems + 2, shape.t5.width]);
}

/** Words [B, W, d] brought to their positions [B, S, d]. */
function placeWords(t: Trace, shape: NetworkShape, b: BatchShape, words: Tensor): Tensor {
  if (shape.isAligned) return slice(words, 1, 1, 1 + b.length);
  const [batch, count, d] = words.shape as [number, number, number];
  // `wordRows` counts through the flattened words: example * W + word.
  return gather(reshape(words, [batch * count, d]), t.input("wordRows", [batch, b.length], "int32"));
}

/** Eq. 11: mean over examples of the mean token loss; padding has weight 0. */
function generationLoss(t: Trace, logits: Tensor, smoothing: number): Tensor {
  const [batch, length, vocabulary] = logits.shape as [number, number, number];
  const logShares = logSoftmax(logits);
  const target = sum(mul(logShares, oneHot(t.input("labels", [batch, length], "int32"), vocabulary)), [2]);
  const score = smoothing === 0 ? target : add(mul(target, 1 - smoothing), mul(mean(logShares, [2]), smoothing));
  return mul(neg(sum(mul(score, t.input("labelWeights", [batch, length])))), 1 / batch);
}

/** Eq. 8 in direct batches, eq. 9 in sequential ones; undefined when its weight is zero. */
function alignmentLoss(
  t: Trace,
  shape: NetworkShape,
  b: BatchShape,
  { words, individual, group }: Encoded,
): Tensor | undefined {
  const { options } = shape;
  const users = () => t.input("users", [b.batch], "int32");
  if (b.task === "direct") {
    if (options.lambdaDirect === 0) return undefined;
    return options.distillTeacher === "h"
      ? infoNce(stopGradient(group), individual, users(), options.temperature)
      : infoNce(stopGradient(individual), group, users(), options.temperature);
  }
  if (options.lambdaSequential === 0) return undefined;
  return infoNce(group, meanItemWord(t, shape, b, words), users(), options.temperature);
}

/** With ordinal words, e_u of eq. 9 would tell the history's length alone; it is the mean individual interest then. */
export function meansOverIndividual(shape: NetworkShape, b: BatchShape): boolean {
  return b.task === "sequential" && shape.options.sequentialWord === "position" && shape.options.lambdaSequential > 0;
}

/** e_u of eq. 9: mean whole word of the prompt's items; `itemShares` is 1/n at items and 0 at padding. */
function meanItemWord(t: Trace, shape: NetworkShape, b: BatchShape, words: Words): Tensor {
  if (meansOverIndividual(shape, b)) return t.input("history", [b.batch, shape.t5.width]);
  return sum(mul(words.items, t.input("itemShares", [b.batch, b.items, 1])), [1]);
}

/** Additive mask value for a position: 0 where there is a token. */
export const maskValue = (isPresent: boolean): number => (isPresent ? 0 : MASKED);
