// Sizes of what is added up at the encoder's input (eq. 1): whole words must be neither drowned nor drowning.
import { rms } from "../../../base/matrix.ts";
import type { ProgressEvent } from "../../../base/progress.ts";
import { decimals } from "../../../base/written-numbers.ts";
import type { Task } from "../../recommender.ts";
import { type GenerativeOptions, hasCheckpoint, hasOrdinalWords, tasksOf } from "../options/options.ts";
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

function sizeOfWords({ network, interests, parameters, nUsers }: GenerativeState, task: Task): number {
  if (hasOrdinalWords(network.options, task)) return rms(parameters.get("omega.positions").front.value);
  if (task === "sequential") return rms(parameters.get("omega.sequential").front.value);
  return network.scales.individual * rms(interests.individual.subarray(nUsers * network.t5.width));
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
export function wordSizesEvent(sizes: readonly WordSize[], options: GenerativeOptions): ProgressEvent {
  const text = wordSizesText(sizes);
  const off = sizes.filter(({ words, tokens }) => words > SOUND.most * tokens || words < SOUND.least * tokens);
  if (off.length === 0) return { kind: "notice", message: text };
  // What sets them: a task's own beta where it has one.
  const betas = [...new Set(off.map(({ task }) => betaNamed(options, task)))];
  const fresh = hasCheckpoint(options)
    ? `beta ${Math.max(...off.map(({ task }) => betaOf(options, task)))} suits T5-small's trained embeddings, and ${options.checkpoint} has others`
    : "such scales suit T5's trained embeddings, checkpoint=google-t5/t5-small";
  const ones = betas.map((name) => `${name}=1`).join(" and ");
  const todo = `0.5 to 1.5 times is sound: set ${betas.join(" and ")} so, or normaliseWords=true with ${ones}; ${fresh}`;
  return { kind: "warning", message: `${text}. ${todo}.` };
}

function betaNamed({ betaDirect, betaSequential }: GenerativeOptions, task: Task): string {
  if (task === "direct") return betaDirect > 0 ? "betaDirect" : "beta";
  return betaSequential > 0 ? "betaSequential" : "beta";
}
