// Exact log-probabilities of short lists of answers: every question's items are put to the decoder as a whole, all
// tokens in one call, where beam search asks token after token and prunes.
import type { PromptForm } from "../../backbone/prompt.ts";
import { EOS_ID, PAD_ID } from "../../backbone/t5-config.ts";
import type { FeedsOf, TensorData } from "../../engine/index.ts";
import type { PrefixTree } from "../../generation/index.ts";
import { allHidden, uncover } from "./examples/answer-space.ts";
import { IGNORED_LABEL } from "./examples/batches.ts";
import type { answerInputs } from "./network/inputs.ts";
import type { BatchShape } from "./shapes.ts";

/** Answers a question and call are a multiple of this, so that few programs serve lists of all lengths. */
const GRAIN = 8;
/** Most logits that one call may hold: bounds its memory where the vocabulary is T5's. */
const MOST_LOGITS = 2 ** 25;

export interface ShortlistOptions {
  readonly form: PromptForm;
  readonly shape: BatchShape;
  readonly vocabulary: number;
  /** One list a row of the batch. */
  readonly lists: readonly Int32Array[];
  /** One a row, where tokens compete inside a tree. */
  readonly trees?: readonly PrefixTree[] | undefined;
  /** Log-probabilities [B, answers] of whole answers. */
  readonly run: (feeds: Readonly<Record<string, TensorData>>, answers: number) => Promise<Float32Array>;
}

/** Log-probability of each item of each row's list: the sum over its tokens, end of sequence included. */
export async function shortlistLogProbabilities(options: ShortlistOptions): Promise<Float32Array[]> {
  const { shape, vocabulary, lists, run } = options;
  const scores = lists.map(({ length }) => new Float32Array(length));
  const widest = Math.max(...lists.map(({ length }) => length));
  const room = Math.max(1, Math.floor(MOST_LOGITS / (shape.batch * shape.target * vocabulary)));
  const width = Math.min(room, GRAIN * Math.ceil(widest / GRAIN));
  for (let from = 0; from < widest; from += width) {
    const part = lists.map((list) => list.subarray(from, from + width));
    const found = await run(answerFeeds(options, part, width), width);
    part.forEach(({ length }, row) => {
      scores[row]!.set(found.subarray(row * width, row * width + length), from);
    });
  }
  return scores;
}

/** Lists shorter than `width` are filled with answers that say nothing. */
function answerFeeds(
  { form, shape: { batch, target }, vocabulary, trees }: ShortlistOptions,
  lists: readonly Int32Array[],
  width: number,
): FeedsOf<ReturnType<typeof answerInputs>> & { allowed?: Float32Array } {
  const decoderTokens = new Int32Array(batch * width * target).fill(PAD_ID);
  const labels = new Int32Array(batch * width * target).fill(IGNORED_LABEL);
  const allowed = trees && allHidden(labels.length * vocabulary);
  lists.forEach((list, row) => {
    for (const [i, item] of list.entries()) {
      const at = (row * width + i) * target;
      const tokens = [...form.target(item), EOS_ID];
      labels.set(tokens, at);
      decoderTokens.set(tokens.slice(0, target - 1), at + 1);
      if (allowed !== undefined) uncover(trees![row]!, tokens, allowed, at * vocabulary, vocabulary);
    }
  });
  return allowed === undefined ? { decoderTokens, labels } : { decoderTokens, labels, allowed };
}
