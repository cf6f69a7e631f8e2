// Whole words (eq. 1, 5): what is added to the tokens of a prompt so that the pieces of one id belong together. A word
// is a row of the propagated interests, a row of omega^s, or an ordinal; the options say which, per task.
// Letters: B batch, S prompt positions, d width. An example's words are 0 omega_0, 1 user, 2 group, 3.. items.
import {
  add,
  concat,
  constant,
  expand,
  floats,
  gather,
  type InputSpec,
  integers,
  mul,
  normal,
  type ParameterSpec,
  reshape,
  slice,
  type Tensor,
  type TensorData,
  type Trace,
} from "../../../engine/index.ts";
import {
  type GenerativeOptions,
  hasOrdinalWords,
  namesByGraph,
  type PromptTask,
  readsGroup,
} from "../options/options.ts";
import { type BatchShape, type Fed, type NetworkShape, ORDINALS } from "../shapes.ts";
import { promptInputs } from "./inputs.ts";
import { isolatedScale, itemRows, userRow } from "./item-rows.ts";

const zeroWordOf = ({ options, t5 }: NetworkShape): ParameterSpec => ({
  name: "omega.zero",
  shape: [t5.width],
  init: normal(isolatedScale(options)),
});

/** Row 0 is omega_0. */
const ordinalsOf = ({ options, t5 }: NetworkShape): ParameterSpec => ({
  name: "omega.positions",
  shape: [ORDINALS, t5.width],
  init: normal(options.ordinalScale),
});

/** Weights of the product of a candidate's interest with the user's. */
const interactionOf = ({ t5 }: Pick<NetworkShape, "t5">): ParameterSpec => ({
  name: "interaction",
  shape: [t5.width],
  init: constant(1),
});

/** What a run learns for its words, beside the rows of items (`item-rows.ts`). */
export function wordTensors(shape: NetworkShape) {
  const { options } = shape;
  const isOrdinal = (["sequential", "direct"] as const).map((task) => hasOrdinalWords(options, task));
  return {
    zero: isOrdinal.includes(false) ? zeroWordOf(shape) : undefined,
    ordinals: isOrdinal.includes(true) ? ordinalsOf(shape) : undefined,
    interaction: options.interaction ? interactionOf(shape) : undefined,
  };
}

/** beta of a task's prompts (eq. 1). */
export function betaOf({ beta, betaDirect, betaSequential }: GenerativeOptions, task: PromptTask): number {
  const own = { direct: betaDirect, explanation: betaDirect, sequential: betaSequential, extra: 0 }[task];
  return own > 0 ? own : beta;
}

/** Which interests a program asks for. */
function fedNames(shape: NetworkShape, b: Pick<BatchShape, "task">): readonly (keyof Fed)[] {
  const { directWord } = shape.options;
  const isDirect = namesByGraph(b.task) && directWord === "individual";
  const namesUser = isDirect || userWord(shape, b) === "individual";
  return [
    ...(namesUser ? (["individual"] as const) : []),
    ...(isDirect ? (["candidates"] as const) : []),
    ...(meansOverIndividual(shape, b) || userWord(shape, b) === "history" ? (["history"] as const) : []),
    ...(readsGroup(shape.options) && b.task !== "extra" ? (["group"] as const) : []),
  ];
}

/** What names the user in a sequential prompt; undefined in others. */
function userWord({ options }: NetworkShape, { task }: Pick<BatchShape, "task">): string | undefined {
  return task === "sequential" ? options.sequentialUser : undefined;
}

/**
 * With ordinal words, e_u of eq. 9 would tell the history's length alone; it is the mean individual interest then,
 * unless it is to be made of the words as they are.
 */
export function meansOverIndividual({ options }: NetworkShape, { task }: Pick<BatchShape, "task">): boolean {
  const { sequentialWord, lambdaSequential, alignWith } = options;
  return task === "sequential" && sequentialWord === "position" && lambdaSequential > 0 && alignWith === "items";
}

/** Interests that a program is fed, by name. */
export function interestInputs(shape: NetworkShape, b: BatchShape): { [name in keyof Fed]?: InputSpec<"float32"> } {
  const d = shape.t5.width;
  const specOf = (name: keyof Fed) => (name === "candidates" ? floats(b.batch, b.items, d) : floats(b.batch, d));
  return Object.fromEntries(fedNames(shape, b).map((name) => [name, specOf(name)]));
}

/** Rows of omega^s of the prompt's items. */
export const itemRowInputs = ({ batch, items }: BatchShape) => ({ itemRows: integers(batch, items) });

/** What a training step calls the gradient of a fed interest. */
export const gradientName = (name: keyof Fed): string => `d.${name}`;

/** Gradients of fed interests among the results of a training step; absent where the loss does not use the interest. */
export function fedGradients(results: Readonly<Record<string, TensorData>>): {
  [name in keyof Fed]?: Float32Array | undefined;
} {
  const of = (name: keyof Fed) => results[gradientName(name)] as Float32Array | undefined;
  return { individual: of("individual"), candidates: of("candidates"), history: of("history"), group: of("group") };
}

export interface WholeWords {
  /** At their positions: [B, S, d]. */
  readonly placed: Tensor;
  /** Of the prompt's items [B, items, d]; undefined where every word of the prompt counts. */
  readonly items?: Tensor;
  readonly fed: Fed;
}

export function wholeWords(t: Trace, shape: NetworkShape, b: BatchShape): WholeWords {
  if (shape.options.ordinals === "words") {
    return {
      placed: gather(t.parameter(ordinalsOf(shape)), t.inputs(promptInputs(b, shape.tokensPerPosition)).places),
      fed: {},
    };
  }
  const { options, scales } = shape;
  const d = shape.t5.width;
  const fed = t.inputs(interestInputs(shape, b));
  const asWord = (x: Tensor): Tensor => reshape(x, [b.batch, 1, d]);
  const none = everywhere(b, zeroWord(t, shape, b));
  const interest = userWord(shape, b) === "history" ? fed.history : fed.individual;
  const user =
    interest === undefined ? everywhere(b, learnedUserWord(t, shape, b)) : asWord(mul(interest, scales.individual));
  const items = fed.candidates === undefined ? learnedItemWords(t, shape, b) : candidateWords(t, shape, fed, user);
  const group = options.groupWord ? asWord(mul(fed.group!, scales.group)) : none;
  return { placed: place(t, shape, b, concat([none, user, group, items], 1)), items, fed };
}

/** A row [d] as one word of every example: [B, 1, d]. */
function everywhere({ batch }: BatchShape, row: Tensor): Tensor {
  const d = row.shape.at(-1)!;
  return expand(reshape(row, [1, 1, d]), [batch, 1, d]);
}

/** omega_0 [d] or [1, d]: one vector, or row 0 of the ordinals [E, D]. */
export function zeroWord(t: Trace, shape: NetworkShape, { task }: BatchShape): Tensor {
  if (hasOrdinalWords(shape.options, task)) return slice(t.parameter(ordinalsOf(shape)), 0, 0, 1);
  return t.parameter(zeroWordOf(shape));
}

/** The user where no interest is fed: the first ordinal, or the row of omega^s that all users share. */
function learnedUserWord(t: Trace, shape: NetworkShape, { task }: BatchShape): Tensor {
  if (hasOrdinalWords(shape.options, task)) return slice(t.parameter(ordinalsOf(shape)), 0, 1, 2);
  return slice(t.parameter(itemRows(shape)), 0, userRow(shape), userRow(shape) + 1);
}

/** Eq. 5: a candidate's word is its individual interest; optionally with its product with the user's. */
function candidateWords(t: Trace, { options, scales, t5 }: NetworkShape, { candidates }: Fed, user: Tensor): Tensor {
  const words = mul(candidates!, scales.individual);
  if (!options.interaction) return words;
  return add(words, mul(mul(words, user), t.parameter(interactionOf({ t5 }))));
}

/** Rows of omega^s, or ordinals: [B, items, d]. */
function learnedItemWords(t: Trace, shape: NetworkShape, b: BatchShape): Tensor {
  if (hasOrdinalWords(shape.options, b.task)) return itemOrdinals(t, shape, b);
  return gather(t.parameter(itemRows(shape)), t.inputs(itemRowInputs(b)).itemRows);
}

/** Items follow the user, whose ordinal is 1: [B, items, d]. */
function itemOrdinals(t: Trace, shape: NetworkShape, b: BatchShape): Tensor {
  const numbers = Int32Array.from({ length: b.items }, (_, i) => Math.min(i + 2, ORDINALS - 1));
  const rows = gather(t.parameter(ordinalsOf(shape)), t.constant("ordinals", numbers, [1, b.items]));
  return expand(rows, [b.batch, b.items, shape.t5.width]);
}

/** Words [B, W, d] brought to their positions [B, S, d]. */
function place(t: Trace, shape: NetworkShape, b: BatchShape, words: Tensor): Tensor {
  if (shape.isAligned) return slice(words, 1, 1, 1 + b.length);
  const [batch, count, d] = words.shape as [number, number, number];
  // `wordRows` counts through the flattened words: example * W + word.
  return gather(reshape(words, [batch * count, d]), t.inputs(promptInputs(b, shape.tokensPerPosition)).wordRows);
}
