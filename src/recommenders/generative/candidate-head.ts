// The candidate head (beyond the papers, compact presets): in direct prompts the decoder's first state also points at the
// candidate that it is about to name, by a product with the encoder's state at each candidate's first position. Trained
// beside the generation loss; at recommendation time it guides beam search (`head-guide.ts`). With
// `headShortcut` the product of user and candidate in the graph table, by which graph models rank, joins the logit.
// Letters: B batch, S prompt positions, p prompt vectors, d width.
import { type Prompt, WORD } from "../../backbone/prompt.ts";
import { MASKED } from "../../backbone/t5.ts";
import {
  add,
  crossEntropy,
  gather,
  matmul,
  mean,
  mul,
  reshape,
  type Tensor,
  type TensorData,
  type Trace,
} from "../../engine/index.ts";
import type { BatchShape, NetworkShape } from "./network.ts";
import type { PromptTask } from "./options.ts";
import type { Fed } from "./whole-words.ts";

/** Whether a task's programs have the head. */
export function hasCandidateHead({ options }: NetworkShape, task: PromptTask): boolean {
  return options.candidateHead > 0 && task === "direct";
}

/**
 * Logits [B, items] of the candidates; -1e9 and less where a batch's prompt has none. `state` [B, d] is the decoder's,
 * `hidden` [B, p + S, d] the encoder's.
 */
export function candidateLogits(
  t: Trace,
  { options }: NetworkShape,
  { batch, items }: BatchShape,
  state: Tensor,
  hidden: Tensor,
  fed: Fed,
): Tensor {
  const [, positions, d] = hidden.shape as [number, number, number];
  const places = t.input("candidatePlaces", [batch, items], "int32");
  const candidates = gather(reshape(hidden, [batch * positions, d]), places);
  const logits = matmul(candidates, reshape(mul(state, d ** -0.5), [batch, d, 1]));
  const masked = add(reshape(logits, [batch, items]), t.input("candidateMask", [batch, items]));
  if (!options.headShortcut || fed.candidates === undefined) return masked;
  return add(masked, mul(affinities(fed.individual!, fed.candidates), t.parameter("head.affinity", [1])));
}

/** e_u . e_v of every candidate, as graph models rank: [B, d], [B, items, d] -> [B, items]. */
function affinities(user: Tensor, candidates: Tensor): Tensor {
  const [batch, items, d] = candidates.shape as [number, number, number];
  return reshape(matmul(candidates, reshape(user, [batch, d, 1])), [batch, items]);
}

/** Cross entropy of the right candidate among those of the prompt. */
export function candidateHeadLoss(t: Trace, { batch }: BatchShape, logits: Tensor): Tensor {
  return mean(crossEntropy(logits, t.input("targetSlots", [batch], "int32")));
}

/** Where each candidate's first position is among the flattened encoder states. `targetSlots` is `ignored` without a target. */
export function candidateFeeds(
  prompts: readonly Prompt[],
  examples: readonly { readonly items: Int32Array; readonly target?: number }[],
  { length, items }: BatchShape,
  promptVectors: number,
  ignored: number,
): Record<string, TensorData> {
  const candidatePlaces = new Int32Array(prompts.length * items);
  const candidateMask = new Float32Array(prompts.length * items).fill(MASKED);
  prompts.forEach(({ words }, b) => {
    const first = b * (promptVectors + length) + promptVectors;
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
  return { candidatePlaces, candidateMask, targetSlots };
}
