// What can be seen of a chain without knowing the product: a list of checks by rule, each a share when counted over a
// sample.
import { type ChainTexts, STEPS, type Step } from "../reasoner.ts";
import { partsOf } from "./asked.ts";
import { saysTheSame } from "./copies.ts";
import { readAnswer } from "./read-answer.ts";
import { contentWords, partIn } from "./words.ts";

export const CHECKS = {
  plain: "all three texts are answers by the rules that replies are held to",
  specific: "FEATURE shares a word of its own with what is known of the subject",
  grounded: "no text holds a number or a name that is not in the data",
  opposed: "NEGATIVE is not the POSITIVE negated",
  consistent: "FEATURE takes up a word of the POSITIVE, and is no copy of it",
} as const satisfies Readonly<Record<string, string>>;

export type Check = keyof typeof CHECKS;

/** A chain as it was asked. */
export interface AskedChain {
  readonly texts: ChainTexts;
  /** The question of each step in its words. */
  readonly prompts: Readonly<Record<Step, string>>;
  /** The questions ask for no form and no length, so that answers may have any. */
  readonly isVerbatim?: boolean | undefined;
}

/** Names in prompts ("Price:", "[HISTORY]:", "Item_1:") say nothing of the subject. */
const FIELD_NAMES =
  /\[[A-Z_]+\](?=:)|\bItem_\d+(?=:)|\b(?:Title|Description|Brand|Categories|Price)(?=:)|(?<=\[ATTRIBUTES\]: |; )\p{L}[\p{L}\p{N} _-]{0,30}(?=:)/gu;

export function scoreChain({ texts, prompts, isVerbatim }: AskedChain): Readonly<Record<Check, boolean>> {
  const { data } = partsOf(prompts.positive);
  const known = contentWords(data.replace(FIELD_NAMES, ""));
  const { positive, negative, feature } = texts;
  const words = contentWords(feature);
  return {
    plain: isPlain({ texts, prompts, isVerbatim }),
    specific: partIn(words, known) > 0,
    grounded: Object.values(texts).every((text) => namesOf(text).every((name) => data.includes(name))),
    opposed: !saysTheSame(negative, "negative", { positive }),
    consistent: partIn(words, contentWords(positive)) > 0 && !saysTheSame(feature, "feature", { positive }),
  };
}

function isPlain({ texts, prompts, isVerbatim }: AskedChain): boolean {
  const { positive, negative } = texts;
  const earlier = { positive: {}, negative: { positive }, feature: { positive, negative } } as const;
  return STEPS.every((step) => {
    const request = { prompt: prompts[step], step, earlier: earlier[step], isVerbatim };
    const expected = { request, isTruncated: false, isJson: false, language: "any" } as const;
    return readAnswer(texts[step], expected).kind === "answer";
  });
}

/** Numbers, and capitalised words that do not begin a sentence. */
function namesOf(text: string): string[] {
  const numbers = text.match(/\d+(?:[.,]\d+)?/g) ?? [];
  const names = text.match(/(?<=[\p{Ll},;)]\s)\p{Lu}[\p{L}\p{N}]+/gu) ?? [];
  return [...numbers, ...names];
}
