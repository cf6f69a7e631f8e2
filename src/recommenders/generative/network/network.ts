// The network of all generative systems as engine nodes: prompt vectors and whole words enter the encoder (eq. 1, 5),
// the decoder names the item, and ISRF's two contrastive losses align individual and group interests (eq. 8-11).
// Equations are those of ISRF's paper; the options say which of them a system has.
// Letters: B batch, S prompt positions, m tokens a position, W words an example, d width, p prompt vectors, L target
// positions.
import { unpack } from "../../../backbone/packed-rows.ts";
import { prependVisible, T5 } from "../../../backbone/t5.ts";
import { PAD_ID } from "../../../backbone/t5-config.ts";
import { t5Tensors } from "../../../backbone/t5-parameters.ts";
import {
  add,
  crossEntropy,
  gather,
  listed,
  logSoftmax,
  mul,
  normal,
  type Objective,
  type ParameterSpec,
  reshape,
  slice,
  sum,
  type Tensor,
  type Trace,
} from "../../../engine/index.ts";
import { candidateHeadLoss, candidateLogits, candidateTensors, hasCandidateHead } from "../heads/candidate-head.ts";
import { historyTensors } from "../heads/history-rows.ts";
import { hasItemHead, itemHeadLoss, itemLogits, itemQuery } from "../heads/item-head.ts";
import { competesInTree, learnsExplanations, readsHistoryRows } from "../options/options.ts";
import { type BatchShape, type Fed, type NetworkShape, RECENCIES } from "../shapes.ts";
import { alignmentLoss } from "./alignment.ts";
import { decoderMask, namedMemories, packingOf } from "./decoder-programs.ts";
import { alignmentInputs, promptInputs, recencyInputs, targetInputs, treeInputs } from "./inputs.ts";
import { hasItemRows, itemRows } from "./item-rows.ts";
import { promptVectors, withPromptVectors } from "./prompt-vectors.ts";
import { betaOf, gradientName, type WholeWords, wholeWords, wordTensors } from "./whole-words.ts";

/** Added to the items of a history by how recent they are. */
const recencyRows = ({ options, t5 }: NetworkShape): ParameterSpec => ({
  name: "recency",
  shape: [RECENCIES, t5.width],
  init: normal(options.tokenScale),
});

/** Everything that a run's network learns. Fresh values are drawn in this order. */
export function networkParameters(shape: NetworkShape): ParameterSpec[] {
  const { options, t5 } = shape;
  return listed([
    t5Tensors(t5, options.tokenScale),
    promptVectors(shape, "sequential"),
    promptVectors(shape, "direct"),
    wordTensors(shape),
    options.recency ? recencyRows(shape) : [],
    candidateTensors(shape),
    readsHistoryRows(options) ? historyTensors(shape) : [],
    hasItemRows(options) ? itemRows(shape) : [],
    learnsExplanations(options) ? promptVectors(shape, "explanation") : [],
  ]);
}

interface Encoded {
  readonly input: Tensor; // [B, p + S, d]
  readonly mask: Tensor; // [B, 1, 1, p + S]
  readonly words: WholeWords;
}

/** Training or validation loss of one batch. Feeds are declared in `inputs.ts`, by the whole words and by the heads. */
export function objective(t: Trace, shape: NetworkShape, b: BatchShape, isTraining: boolean): Objective {
  const { generation, head, words } = answerLosses(t, shape, b, isTraining);
  const alignment = alignmentLoss(t, shape, b, words);
  const aligned = alignment === undefined ? generation : add(generation, weighed(t, alignment));
  const outputs: Record<string, Tensor> = { generation };
  if (alignment !== undefined) outputs.alignment = alignment;
  if (head !== undefined) outputs.head = head.loss;
  return {
    loss: head === undefined ? aligned : add(aligned, mul(head.loss, head.weight)),
    outputs,
    inputGradients: isTraining ? fedOf(words) : {},
  };
}

/**
 * The same in parts, of a batch that is one of `parts` equal ones: what is a mean over examples, as its share of the
 * mean over them all. The alignment losses are no such mean, and are another program.
 */
export function partObjective(t: Trace, shape: NetworkShape, b: BatchShape, parts: number): Objective {
  const { generation, head, words } = answerLosses(t, shape, b, true);
  const loss = head === undefined ? generation : add(generation, mul(head.loss, head.weight));
  const outputs: Record<string, Tensor> = { generation };
  if (head !== undefined) outputs.head = head.loss;
  return { loss: mul(loss, 1 / parts), outputs, inputGradients: fedOf(words) };
}

/** Eq. 8 or 9 over a whole batch: it reads whole words and nothing of the backbone. Undefined where there is none. */
export function alignmentObjective(t: Trace, shape: NetworkShape, b: BatchShape): Objective | undefined {
  const words = wholeWords(t, shape, b);
  const alignment = alignmentLoss(t, shape, b, words);
  if (alignment === undefined) return undefined;
  return { loss: weighed(t, alignment), outputs: { alignment }, inputGradients: fedOf(words) };
}

const weighed = (t: Trace, alignment: Tensor): Tensor => mul(alignment, t.inputs(alignmentInputs).alignmentWeight);

const fedOf = ({ fed }: WholeWords): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(fed).map(([name, tensor]) => [gradientName(name as keyof Fed), tensor]));

/** What is learnt of each example by itself: to write its answer, and to score it by the task's head. */
function answerLosses(t: Trace, shape: NetworkShape, b: BatchShape, isTraining: boolean) {
  const t5 = new T5(t, shape.t5, isTraining);
  const { input, mask, words } = encoderInput(t, t5, shape, b);
  const hidden = t5.encode(input, mask);
  const { decoderTokens } = t.inputs(targetInputs(b));
  const decoded = t5.decode(decoderTokens, t5.crossMemories(hidden), decoderMask(shape, mask));
  const generation = generationLoss(t, shape, b, t5.logits(reshape(decoded, [b.batch, b.target, shape.t5.width])));
  return { generation, head: headLoss(t, shape, b, firstState(decoded), hidden, words, isTraining), words };
}

/** The loss of the task's head, beside generation, and its weight; undefined where there is none. */
function headLoss(
  t: Trace,
  shape: NetworkShape,
  b: BatchShape,
  state: Tensor,
  hidden: Tensor,
  { fed }: WholeWords,
  isTraining: boolean,
): { loss: Tensor; weight: number } | undefined {
  const { itemHead, candidateHead } = shape.options;
  if (hasItemHead(shape, b.task))
    return { loss: itemHeadLoss(t, shape, itemQuery(t, shape, b, state, isTraining)), weight: itemHead };
  if (!hasCandidateHead(shape, b.task)) return undefined;
  const logits = candidateLogits(t, shape, b, { state, hidden, fed }, isTraining);
  return { loss: candidateHeadLoss(t, b, logits), weight: candidateHead };
}

/** How prompts are encoded. */
export interface Encoding {
  /** Whether the task's head scores as well. Default true. */
  readonly withHead?: boolean | undefined;
  /** Rows that what the prompts hold is packed into; undefined where padding is computed, too. */
  readonly packed?: number | undefined;
}

/**
 * Encoder part of generation: keys and values of each decoder layer; what the task's head scores by: `headLogits` of
 * all items [B, nItems] or of the candidates [B, items].
 */
export function encodeProgram(
  t: Trace,
  shape: NetworkShape,
  b: BatchShape,
  { withHead = true, packed }: Encoding = {},
): Record<string, Tensor> {
  const t5 = new T5(t, shape.t5, false);
  const { input, mask, words } = encoderInput(t, t5, shape, b);
  const packing = packingOf(t, b.batch, input.shape[1]!, packed);
  const encoded = t5.encode(input, mask, packing);
  const memories = t5.crossMemories(encoded, packing);
  const outputs = namedMemories(memories);
  if (!withHead || (!hasItemHead(shape, b.task) && !hasCandidateHead(shape, b.task))) return outputs;
  const start = t.fill(PAD_ID, [b.batch, 1, 1], "int32");
  const state = firstState(t5.decode(start, memories, decoderMask(shape, mask)));
  const hidden = packing === undefined ? encoded : unpack(encoded, packing);
  const headLogits =
    b.task === "sequential"
      ? itemLogits(t, shape, itemQuery(t, shape, b, state, false))
      : candidateLogits(t, shape, b, { state, hidden, fed: words.fed }, false);
  return { ...outputs, headLogits };
}

/** The decoder's state after the start token: [B, 1, L, d] -> [B, d]. */
function firstState(decoded: Tensor): Tensor {
  return reshape(slice(decoded, 2, 0, 1), [decoded.shape[0]!, decoded.shape[3]!]);
}

/** Eq. 1: X_p + beta * Omega(Z). */
function encoderInput(t: Trace, t5: T5, shape: NetworkShape, b: BatchShape): Encoded {
  const { options, t5: config, tokensPerPosition } = shape;
  const d = config.width;
  const fed = t.inputs(promptInputs(b, tokensPerPosition));
  const tokens = t5.embed(fed.tokens);
  const text = tokensPerPosition === 1 ? reshape(tokens, [b.batch, b.length, d]) : sum(tokens, [2]);
  const words = wholeWords(t, shape, b);
  let input = add(text, mul(words.placed, betaOf(options, b.task)));
  if (options.recency && b.task === "sequential") {
    input = add(input, gather(t.parameter(recencyRows(shape)), t.inputs(recencyInputs(b)).recencies));
  }
  const mask = prependVisible(fed.mask, options.prompts);
  return { input: withPromptVectors(t, shape, b, input), mask, words };
}

/** Eq. 11: mean over examples of the mean token loss; padding has weight 0. */
function generationLoss(t: Trace, shape: NetworkShape, b: BatchShape, logits: Tensor): Tensor {
  if (competesInTree(shape.options, b.task)) {
    const { allowed, wanted } = t.inputs(treeInputs(b, shape.t5.vocabulary));
    return mul(sum(mul(logSoftmax(add(logits, allowed)), wanted)), -1 / b.batch);
  }
  const { labels, labelWeights } = t.inputs(targetInputs(b));
  return mul(sum(mul(crossEntropy(logits, labels, shape.options.labelSmoothing), labelWeights)), 1 / b.batch);
}
