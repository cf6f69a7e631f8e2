// A further task of training, beside the two that are asked: examples with prompts and answers of their own. The
// backbone learns it in batches between the others; nothing asks for it afterwards.
import type { Prompt, PromptForm } from "../../../backbone/prompt.ts";
import type { Item, TrainingLists } from "../../../data/index.ts";
import type { GenerativeOptions } from "../options/options.ts";

export interface ExtraExample {
  readonly prompt: Prompt;
  /** Tokens of the answer, without end of sequence. */
  readonly target: readonly number[];
}

export interface ExtraSampler {
  /** Batch number `index` (from 0, over all epochs): a function of seed and number. */
  batch(index: number): readonly ExtraExample[];
  /** Tokens of the longest answer, end of sequence included. */
  readonly longestTarget: number;
}

/** Its prompts have ordinal words and no prompt vectors: a system with an extra task fixes its options to that. */
export interface ExtraTask {
  /** Words that prompts and answers hold beside those of the templates. */
  words(items: readonly Item[]): readonly string[];
  sampler(context: ExtraContext): ExtraSampler;
}

export interface ExtraContext {
  readonly form: PromptForm;
  readonly items: readonly Item[];
  /** Training prefixes by user. */
  readonly prefixes: TrainingLists;
  readonly options: GenerativeOptions;
  readonly seed: number;
}
