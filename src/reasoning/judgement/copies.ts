// Replies that give back what they were shown: lines of the catalogue, blanks of a form, an earlier answer, themselves.
import type { ChainTexts, Step } from "../reasoner.ts";
import type { PromptParts } from "./asked.ts";
import { contentWords, partIn, runsOf, sharedPart, wordsOf } from "./words.ts";

const FIELD = /\b(?:title|descriptions?|brand|categor(?:y|ies)|price|attributes?|history|keywords)\s*:/gi;
const PATH = /\S\s+>\s+\S/;
const COPIED_RUN = 3;
const COPIED_SHARE = 0.75;

/** Catalogue lines, or nothing but words in the order of the catalogue. */
export function isCopied(text: string, { data }: PromptParts): boolean {
  return (text.match(FIELD)?.length ?? 0) >= 2 || PATH.test(text) || isMadeOf(text, [data]);
}

function isMadeOf(text: string, sources: readonly string[]): boolean {
  const runs = runsOf(wordsOf(text), COPIED_RUN);
  const known = new Set(sources.flatMap((source) => runsOf(wordsOf(source), COPIED_RUN)));
  return runs.length > 0 && runs.filter((run) => known.has(run)).length / runs.length >= COPIED_SHARE;
}

const BRACKETS = /\[[^\]\n]{1,60}\]|\{[^}\n]{1,60}\}/g;
const LIST_NUMBER = /\bItem[ _]?\d+\b/i;

/** Blanks such as [FIRST NAME], or numbers that only the prompt knows. */
export function holdsPlaceholder(text: string, { data }: PromptParts): boolean {
  if (LIST_NUMBER.test(text)) return true;
  return (text.match(BRACKETS) ?? []).some((blank) => !withoutTags(data).includes(blank));
}

/** Tags of the prompt stand in brackets too. */
function withoutTags(data: string): string {
  return data.replace(/\[[A-Z_]+\](?=:)/g, "");
}

/** A phrase of this many words that comes back is a loop... */
const PHRASE_WORDS = 4;
/** ... when repeats make up this share of all phrases. */
const REPEATED_SHARE = 0.4;

export function isLoop(text: string): boolean {
  const phrases = runsOf(wordsOf(text), PHRASE_WORDS);
  const repeats = phrases.length - new Set(phrases).size;
  return phrases.length >= 2 * PHRASE_WORDS && repeats / phrases.length >= REPEATED_SHARE;
}

/**
 * The share of words with a meaning from which on two answers say the same. A FEATURE draws on both answers before it.
 */
const SAME_SHARE: Readonly<Record<Step, number>> = { positive: 1, negative: 0.7, feature: 0.85 };

/** From this share of a NEGATIVE's words on that stand in the POSITIVE, it is the POSITIVE negated. */
const NEGATED_SHARE = 0.85;

/** Whether a text says what an earlier answer of the chain says, also with a "not" put in. */
export function saysTheSame(text: string, step: Step, earlier: Partial<ChainTexts>): boolean {
  const words = contentWords(text);
  const others = Object.values(earlier).filter((other) => other !== undefined);
  return (
    isMadeOf(text, others) ||
    (step === "negative" && partIn(words, contentWords(earlier.positive ?? "")) >= NEGATED_SHARE) ||
    others.some((other) => other === text || sharedPart(words, contentWords(other)) >= SAME_SHARE[step])
  );
}
