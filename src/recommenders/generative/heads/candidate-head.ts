// The candidate head (beyond the papers, compact presets): in direct prompts the decoder's first state also points at
// the candidate that it is about to name, by a product with the encoder's state at each candidate's first position.
// Trained beside the generation loss; at recommendation time it guides beam search (`head-guide.ts`). With
// `headShortcut` the product of user and candidate in the graph table, by which graph models rank, joins the logit;
// with `candidateHistory` what the history's rows say of the candidate (`history-rows.ts`), which the prompt does not
// hold. Letters: B batch, S prompt positions, p prompt vectors, d width.
import { type Prompt, WORD } from "../../../backbone/prompt.ts";
import {
  add,
  constant,
  crossEntropy,
  type FeedsOf,
  floats,
  gather,
  HIDDEN,
  integers,
  matmul,
  mean,
  mul,
  reshape,
  type Tensor,
  type Trace,
} from "../../../engine/index.ts";
import { itemRows } from "../network/item-rows.ts";
import { type GenerativeOptions, type PromptTask, readsCandidateHistory } from "../options/options.ts";
import type { BatchShape, Example, Fed, NetworkShape } from "../shapes.ts";
import { type HistoryFeeds, historyFeeds, historyQuery } from "./history-rows.ts";

const NO_HISTORY = new Int32Array(0);

/** Whether a task's programs have the head. */
export function hasCandidateHead({ options }: NetworkShape, task: PromptTask): boolean {
  return options.candidateHead > 0 && task === "direct";
}

/** Weight of the product of user and candidate in the graph table. */
const AFFINITY = { name: "head.affinity", shape: [1], init: constant(1) };

/** Weight of what the history's rows say. */
const HISTORY_SHARE = { name: "head.candidates", shape: [1], init: constant(1) };

/** What a run learns for the head. */
export function candidateTensors({ options }: NetworkShape) {
  const { headShortcut, candidateHead, directWord } = options;
  return {
    affinity: headShortcut && candidateHead > 0 && directWord === "individual" ? AFFINITY : undefined,
    history: readsCandidateHistory(options) ? HISTORY_SHARE : undefined,
  };
}

/** Where each candidate's first position is among the flattened encoder states, and the slot of the target. */
const candidateInputs = ({ batch, items }: BatchShape) => ({
  candidatePlaces: integers(batch, items),
  candidateMask: floats(batch, items),
  targetSlots: integers(batch),
});

/** The candidates themselves, which the history's rows are asked about. */
const candidateItemInputs = ({ batch, items }: BatchShape) => ({ candidateItems: integers(batch, items) });

export type CandidateFeeds = FeedsOf<ReturnType<typeof candidateInputs>> &
  Partial<FeedsOf<ReturnType<typeof candidateItemInputs>> & HistoryFeeds>;

/** What the candidates of a batch are scored by. */
export interface CandidateContext {
  /** The decoder's first state [B, d]. */
  readonly state: Tensor;
  /** The encoder's states [B, p + S, d]: prompt vectors and text in the order of `promptPlace`. */
  readonly hidden: Tensor;
  readonly fed: Fed;
}

/** Logits [B, items] of the candidates; -1e9 and less where a batch's prompt has none. */
export function candidateLogits(
  t: Trace,
  shape: NetworkShape,
  b: BatchShape,
  { state, hidden, fed }: CandidateContext,
  isTraining: boolean,
): Tensor {
  const { batch, items } = b;
  const { headShortcut } = shape.options;
  const [, positions, d] = hidden.shape as [number, number, number];
  const { candidatePlaces: places, candidateMask } = t.inputs(candidateInputs(b));
  const candidates = gather(reshape(hidden, [batch * positions, d]), places);
  const logits = matmul(candidates, reshape(mul(state, d ** -0.5), [batch, d, 1]));
  const masked = add(reshape(logits, [batch, items]), candidateMask);
  const byHistory = readsCandidateHistory(shape.options) ? add(masked, historyLogits(t, shape, b, isTraining)) : masked;
  if (!headShortcut || fed.candidates === undefined) return byHistory;
  return add(byHistory, mul(affinities(fed.individual!, fed.candidates), t.parameter(AFFINITY)));
}

/** What the history's rows say of the candidates' rows, on the item head's scale: [B, items]. */
function historyLogits(t: Trace, shape: NetworkShape, b: BatchShape, isTraining: boolean): Tensor {
  const { options, t5 } = shape;
  const query = historyQuery(t, shape, b.batch, options.maxHistory, isTraining ? options.dropout : 0);
  const rows = gather(t.parameter(itemRows(shape)), t.inputs(candidateItemInputs(b)).candidateItems);
  return mul(affinities(mul(query, t5.width ** -0.5), rows), t.parameter(HISTORY_SHARE));
}

/**
 * Products of a vector with every candidate's, such as e_u . e_v, by which graph models rank: [B, d], [B, items, d] ->
 * [B, items].
 */
function affinities(user: Tensor, candidates: Tensor): Tensor {
  const [batch, items, d] = candidates.shape as [number, number, number];
  return reshape(matmul(candidates, reshape(user, [batch, d, 1])), [batch, items]);
}

/** Cross entropy of the right candidate among those of the prompt. */
export function candidateHeadLoss(t: Trace, b: BatchShape, logits: Tensor): Tensor {
  return mean(crossEntropy(logits, t.inputs(candidateInputs(b)).targetSlots));
}

/** Feeds of the head for a batch. `targetSlots` is `ignored` without a target. */
export function candidateFeeds(
  prompts: readonly Prompt[],
  examples: readonly Pick<Example, "items" | "history" | "target">[],
  { length, items }: BatchShape,
  options: GenerativeOptions,
  ignored: number,
): CandidateFeeds {
  const { prompts: promptVectors, promptPlace, maxHistory } = options;
  const textAt = promptPlace === "before" ? promptVectors : 0;
  const candidatePlaces = new Int32Array(prompts.length * items);
  const candidateMask = new Float32Array(prompts.length * items).fill(HIDDEN);
  prompts.forEach(({ words }, b) => {
    const first = b * (promptVectors + length) + textAt;
    for (let position = words.length - 1; position >= 0; position--) {
      const slot = words[position]! - WORD.firstItem;
      if (slot < 0) continue;
      candidatePlaces[b * items + slot] = first + position;
      candidateMask[b * items + slot] = 0;
    }
  });
  const targetSlots = Int32Array.from(examples, (example) =>
    example.target === undefined ? ignored : example.items.indexOf(example.target),
  );
  if (!readsCandidateHistory(options)) return { candidatePlaces, candidateMask, targetSlots };
  const candidateItems = new Int32Array(prompts.length * items);
  examples.forEach((example, b) => {
    candidateItems.set(example.items, b * items);
  });
  const histories = examples.map(({ history }) => history ?? NO_HISTORY);
  return { candidatePlaces, candidateMask, targetSlots, candidateItems, ...historyFeeds(histories, maxHistory) };
}
