// From examples to the feeds of `network.ts`, and from fed gradients back to the interest tables.
import { type Prompt, type PromptForm, padPrompts, WORD } from "../../../backbone/prompt.ts";
import { EOS_ID, PAD_ID } from "../../../backbone/t5-config.ts";
import { type FeedsOf, sizeOf, type TensorData } from "../../../engine/index.ts";
import { type CandidateFeeds, candidateFeeds, hasCandidateHead } from "../heads/candidate-head.ts";
import { type HistoryFeeds, historyFeeds } from "../heads/history-rows.ts";
import { hasItemHead, type ItemHeadFeeds } from "../heads/item-head.ts";
import type {
  exampleInputs,
  positionInputs,
  promptInputs,
  promptOrderInputs,
  recencyInputs,
} from "../network/inputs.ts";
import { paddingRow } from "../network/item-rows.ts";
import { type fedGradients, interestInputs, type itemRowInputs } from "../network/whole-words.ts";
import { competesInTree, readsHistoryRows } from "../options/options.ts";
import {
  type BatchShape,
  type Example,
  type Fed,
  type InterestGradients,
  type InterestRows,
  maskValue,
  type NetworkShape,
  ORDINALS,
  RECENCIES,
} from "../shapes.ts";
import { treeFeeds } from "./answer-space.ts";
import type { ExtraExample } from "./extra-task.ts";

export interface Batch {
  readonly shape: BatchShape;
  readonly feeds: Readonly<Record<string, TensorData>> & FeedsOf<ReturnType<typeof promptInputs>>;
}

/** Text prompts are padded to multiples of this, so that few programs serve all lengths. */
const TEXT_BUCKET = 32;

/** The same where nothing is trained: a program for answers is compiled sooner, and padding costs what tokens cost. */
export const ANSWER_BUCKET = 16;

/** A label that weighs nothing. */
export const IGNORED_LABEL = -100;

/**
 * Feeds of a batch. `itemSlots` fixes the number of item words (padding is filled), so that one program serves many
 * batches. Prompts are padded to `leastLength` positions at least: those of the batch that the examples are a part of.
 */
export function makeBatch(
  examples: readonly Example[],
  form: PromptForm,
  network: NetworkShape,
  rows: InterestRows,
  itemSlots: number,
  textBucket = TEXT_BUCKET,
  leastLength = 0,
): Batch {
  const most = Math.max(...examples.map(({ items }) => items.length));
  // Further items would silently run into the next example's words.
  if (most > itemSlots) throw new RangeError(`prompt of ${most} items in a batch of ${itemSlots} item slots`);
  const prompts = examples.map((example) => promptOf(example, form));
  const { explanationTokens, labelPadding } = network.options;
  const targets = examples.map((example) => answerOf(example, form, explanationTokens));
  const shape: BatchShape = {
    task: examples[0]!.task,
    batch: examples.length,
    length: form.positions(itemSlots) ?? Math.max(leastLength, bucketOf(prompts, textBucket)),
    items: itemSlots,
    target: examples[0]!.task === "explanation" ? explanationTokens : form.longestTarget,
  };
  const feeds = {
    ...promptFeeds(prompts, form, shape),
    ...promptOrderFeeds(prompts, shape, network.options),
    ...positionFeeds(prompts, shape),
    ...recencyFeeds(prompts, shape, examples),
    ...interestFeeds(examples, network, rows, shape),
    ...targetFeeds(targets, shape, labelPadding === "trained"),
  };
  const isTraining = examples[0]!.target !== undefined;
  const inTree = isTraining && competesInTree(network.options, shape.task);
  const spaces = inTree ? treeFeeds(examples, form, network, shape) : undefined;
  return { shape, feeds: Object.assign(feeds, headFeeds(examples, prompts, network, shape), spaces) };
}

/** Feeds of the task's head, where it has one. */
function headFeeds(
  examples: readonly Example[],
  prompts: readonly Prompt[],
  network: NetworkShape,
  shape: BatchShape,
): ItemHeadFeeds | (ItemHeadFeeds & HistoryFeeds) | CandidateFeeds | undefined {
  if (hasCandidateHead(network, shape.task)) {
    return candidateFeeds(prompts, examples, shape, network.options, IGNORED_LABEL);
  }
  if (!hasItemHead(network, shape.task)) return undefined;
  const targetItems = Int32Array.from(examples, (example) => example.target ?? IGNORED_LABEL);
  if (!readsHistoryRows(network.options)) return { targetItems };
  const histories = examples.map(({ items }) => items);
  return { targetItems, ...historyFeeds(histories, shape.items) };
}

/** Feeds of a batch of an extra task, whose whole words are ordinals. */
export function makeExtraBatch(
  examples: readonly ExtraExample[],
  form: PromptForm,
  network: NetworkShape,
  longestTarget: number,
  leastLength = 0,
): Batch {
  const prompts = examples.map(({ prompt }) => prompt);
  const shape: BatchShape = {
    task: "extra",
    batch: examples.length,
    length: Math.max(leastLength, bucketOf(prompts, TEXT_BUCKET)),
    items: 0,
    target: longestTarget,
  };
  const targets = examples.map(({ target }) => [...target, EOS_ID]);
  const isPaddingTrained = network.options.labelPadding === "trained";
  const feeds = {
    ...promptFeeds(prompts, form, shape),
    ...promptOrderFeeds(prompts, shape, network.options),
    ...targetFeeds(targets, shape, isPaddingTrained),
  };
  return { shape, feeds };
}

function bucketOf(prompts: readonly Prompt[], bucket: number): number {
  const longest = Math.max(...prompts.map((prompt) => prompt.words.length));
  return bucket * Math.ceil(longest / bucket);
}

function promptOf({ task, userIndex, items, template }: Example, form: PromptForm): Prompt {
  switch (task) {
    case "sequential":
      return form.sequential(userIndex, items, template);
    case "direct":
      return form.direct(userIndex, items, template);
    case "explanation":
      return form.explanation(userIndex, items[0]!, template);
    default:
      return task satisfies never;
  }
}

/** Tokens of the answer, end of sequence included; none where a question is asked. Long sentences lose their end. */
function answerOf({ target, sentence }: Example, form: PromptForm, explanationTokens: number): readonly number[] {
  if (target !== undefined) return [...form.target(target), EOS_ID];
  if (sentence === undefined) return [];
  return [...form.sentences!.tokens(sentence), EOS_ID].slice(0, explanationTokens);
}

function promptFeeds(
  prompts: readonly Prompt[],
  form: PromptForm,
  shape: BatchShape,
): FeedsOf<ReturnType<typeof promptInputs>> {
  const padded = padPrompts(prompts, form.tokensPerPosition, shape.length);
  const wordsPerExample = WORD.firstItem + shape.items;
  return {
    tokens: padded.tokens,
    mask: Float32Array.from(padded.present, (present) => maskValue(present === 1)),
    wordRows: padded.words.map((word, i) => Math.floor(i / shape.length) * wordsPerExample + word),
    places: padded.places.map((place) => Math.min(ORDINALS - 1, place)),
  };
}

/** The text, then the prompt vectors, then padding; nothing where vectors stand first. */
function promptOrderFeeds(
  prompts: readonly Prompt[],
  { batch, length }: BatchShape,
  { prompts: vectors, promptPlace }: NetworkShape["options"],
): Partial<FeedsOf<ReturnType<typeof promptOrderInputs>>> {
  if (vectors === 0 || promptPlace === "before") return {};
  const time = vectors + length;
  const promptOrder = new Int32Array(batch * time);
  prompts.forEach(({ words }, b) => {
    for (let i = 0; i < time; i++) {
      const isText = i < words.length;
      const isVector = !isText && i < words.length + vectors;
      promptOrder[b * time + i] = b * time + (isText ? i + vectors : isVector ? i - words.length : i);
    }
  });
  return { promptOrder };
}

function positionFeeds(prompts: readonly Prompt[], { length }: BatchShape): FeedsOf<ReturnType<typeof positionInputs>> {
  const longest = Math.max(...prompts.map(({ words }) => words.length));
  return { positionShares: new Float32Array(length).fill(1 / longest, 0, longest) };
}

/** How recent the item at each position is: 1 = newest, 0 = no item. */
function recencyFeeds(
  prompts: readonly Prompt[],
  shape: BatchShape,
  examples: readonly Example[],
): FeedsOf<ReturnType<typeof recencyInputs>> {
  const recencies = new Int32Array(shape.batch * shape.length);
  prompts.forEach(({ words }, b) => {
    const used = examples[b]!.items.length;
    for (const [i, word] of words.entries()) {
      if (word < WORD.firstItem) continue;
      recencies[b * shape.length + i] = Math.min(RECENCIES - 1, used - (word - WORD.firstItem));
    }
  });
  return { recencies };
}

/** What whole words read, and whose examples they are. */
type WordFeeds = { [name in keyof Fed]?: Float32Array } & FeedsOf<
  ReturnType<typeof itemRowInputs> & ReturnType<typeof exampleInputs>
>;

function interestFeeds(
  examples: readonly Example[],
  network: NetworkShape,
  rows: InterestRows,
  shape: BatchShape,
): WordFeeds {
  const d = network.t5.width;
  const fed: { [name in keyof Fed]?: Float32Array } = Object.fromEntries(
    Object.entries(interestInputs(network, shape)).map(([name, spec]) => [name, new Float32Array(sizeOf(spec.shape))]),
  );
  const { individual, candidates, history, group } = fed;
  const itemRows = new Int32Array(shape.batch * shape.items).fill(paddingRow(network));
  const itemShares = new Float32Array(shape.batch * shape.items);
  examples.forEach(({ userIndex, items }, b) => {
    itemRows.set(items, b * shape.items);
    itemShares.fill(1 / items.length, b * shape.items, b * shape.items + items.length);
    if (individual) rows.individual(userIndex, individual, b * d);
    if (group) rows.group(userIndex, group, b * d);
    if (history && rows.history) history.set(rows.history, b * d);
    else if (history) addMean(items, rows, history, b * d, d);
    if (candidates) {
      for (const [i, item] of items.entries())
        rows.individual(rows.nUsers + item, candidates, (b * shape.items + i) * d);
    }
  });
  const users = Int32Array.from(examples, (example) => example.userIndex);
  return { ...fed, itemRows, itemShares, users };
}

/** Mean individual interest of the history. */
function addMean(items: Int32Array, rows: InterestRows, out: Float32Array, at: number, d: number): void {
  const one = new Float32Array(d);
  for (const item of items) {
    rows.individual(rows.nUsers + item, one, 0);
    for (let c = 0; c < d; c++) out[at + c]! += one[c]! / items.length;
  }
}

/** Each answer's tokens weigh 1 together; with `isPaddingTrained` its padding too, at the weight of a token. */
function targetFeeds(
  targets: readonly (readonly number[])[],
  shape: BatchShape,
  isPaddingTrained: boolean,
): Record<string, TensorData> {
  const { batch, target: length } = shape;
  const decoderTokens = new Int32Array(batch * length).fill(PAD_ID);
  const labels = new Int32Array(batch * length).fill(isPaddingTrained ? PAD_ID : IGNORED_LABEL);
  const labelWeights = new Float32Array(batch * length).fill(isPaddingTrained ? 1 / length : 0);
  targets.forEach((tokens, b) => {
    labels.set(tokens, b * length);
    if (!isPaddingTrained) labelWeights.fill(1 / tokens.length, b * length, b * length + tokens.length);
    // Shifted right: the start token is the padding id.
    decoderTokens.set(tokens.slice(0, length - 1), b * length + 1);
  });
  return { decoderTokens, labels, labelWeights };
}

/** Hand the gradients of a training step back to the rows they were read from. */
export function returnGradients(
  gradients: ReturnType<typeof fedGradients>,
  examples: readonly Example[],
  itemSlots: number,
  d: number,
  nUsers: number,
  to: InterestGradients,
): void {
  const { individual, candidates, history, group } = gradients;
  examples.forEach(({ userIndex, items }, b) => {
    if (individual) to.individual(userIndex, individual, b * d);
    if (group) to.group(userIndex, group, b * d);
    if (candidates) {
      for (const [i, item] of items.entries()) to.individual(nUsers + item, candidates, (b * itemSlots + i) * d);
    }
    if (history) {
      const share = history.subarray(b * d, (b + 1) * d).map((g) => g / items.length);
      for (const item of items) to.individual(nUsers + item, share, 0);
    }
  });
}
