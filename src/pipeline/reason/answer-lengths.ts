// How long answers are before any is there to be measured.
import { type PromptSet, STEPS } from "../../reasoning/index.ts";

export interface AnswerLength {
  /** Tokens of one call's answer, without thinking. */
  readonly tokens: number;
  /** Where that is from, for a person. */
  readonly source: string;
}

/** Of a text: the length of the paper's examples. */
const EXAMPLE_TOKENS = 45;

/**
 * Mean answer tokens of a call by prompt set, in the form that it is asked in by default: Qwen2.5-Coder-0.5B about 18
 * items and 3 users of Beauty. One call for three texts has them all, and the JSON around them.
 */
const MEASURED: Readonly<Record<string, { readonly tokens: number; readonly file: string }>> = {
  "figures-6-7/2": { tokens: 37, file: "reasoning-ways-judged" }, // 3,149 / 86 calls
  "figures-6-7/3": { tokens: 34, file: "reasoning-ways" }, // 2,522 / 75 calls
  "one-call/1": { tokens: 136, file: "reasoning-ways-judged" }, // 4,638 / 34 calls
  "one-call/2": { tokens: 117, file: "reasoning-ways-judged" }, // 3,379 / 29 calls
};

/** What a call of the prompt set is taken to answer, until something is measured. */
export function assumedLength({ version, together }: PromptSet): AnswerLength {
  const measured = MEASURED[version];
  if (measured === undefined) {
    const texts = together === undefined ? 1 : STEPS.length;
    return { tokens: texts * EXAMPLE_TOKENS, source: `${EXAMPLE_TOKENS} tokens a text, as the paper's examples` };
  }
  const { tokens, file } = measured;
  return { tokens, source: `${tokens} tokens a call, as a 0.5B model took by ${version} (results/${file}.json)` };
}
