// Sizes of what is added up at the encoder's input (eq. 1): whole words must be neither drowned nor drowning.
import { rms } from "../../../base/matrix.ts";
import type { ProgressEvent } from "../../../base/progress.ts";
import { decimals } from "../../../base/written-numbers.ts";
import type { Task } from "../../recommender.ts";
import { hasOrdinalWords, tasksOf } from "../options/options.ts";
import type { GenerativeState } from "../state.ts";
import { betaOf } from "./whole-words.ts";

export interface WordSize {
  readonly task: Task;
  /** Root mean square of beta times the whole words of the task's items. */
  readonly words: number;
  /** Root mean square of the tokens beside them. */
  readonly tokens: number;
}

/** Sizes in the prompts of each task that is trained; words 0.5 to 1.5 times as large as tokens are sound. */
export function wordSizes(state: GenerativeState): WordSize[] {
  const { network, parameters } = state;
  const tokens = rms(parameters.get("shared.weight").front.value) * Math.sqrt(network.tokensPerPosition);
  return tasksOf(network.options).map((task) => {
    return { task, words: betaOf(network.options, task) * sizeOfWords(state, task), tokens };
  });
}

function sizeOfWords({ network, interests, parameters }: GenerativeState, task: Task): number {
  if (hasOrdinalWords(network.options, task)) return rms(parameters.get("omega.positions").front.value);
  if (task === "sequential") return rms(parameters.get("omega.sequential").front.value);
  return network.scales.individual * rms(interests.individual);
}

/** "whole words have 1.10 times the size of token embeddings in direct prompts (0.33 to 0.30), ..." */
export function wordSizesText(sizes: readonly WordSize[]): string {
  const each = sizes.map(({ task, words, tokens }, i) => {
    const of = i === 0 ? " the size of token embeddings" : "";
    return `${decimals(words / tokens, 2)} times${of} in ${task} prompts (${decimals(words, 2)} to ${decimals(tokens, 2)})`;
  });
  return `whole words have ${each.join(", ")}`;
}

/** Beyond these, words drown the tokens beside them, or are drowned. */
const SOUND = { least: 0.25, most: 4 };

/** The sizes, as a warning with what to set where they are not sound. */
export function wordSizesEvent(sizes: readonly WordSize[]): ProgressEvent {
  const text = wordSizesText(sizes);
  const off = sizes.find(({ words, tokens }) => words > SOUND.most * tokens || words < SOUND.least * tokens);
  if (off === undefined) return { kind: "notice", message: text };
  const todo =
    "0.5 to 1.5 times is sound: set beta so, or normaliseWords=true with beta=1; beta 6 and sigma 6 suit T5's trained embeddings, checkpoint=google-t5/t5-small";
  return { kind: "warning", message: `${text}. ${todo}.` };
}
