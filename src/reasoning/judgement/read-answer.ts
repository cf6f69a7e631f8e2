// From a reply to a text that may be stored, or to what is wrong with it. Strict on purpose: whatever passes here is
// embedded as the meaning of an item or a person. How right the rules are is measured on labelled answers of real
// models (labelled-answers.test.ts).
import { STEPS, type Step } from "../reasoner.ts";
import { obeysOrders } from "../untrusted-text.ts";
import { type AskedQuestion, type PromptParts, partsOf } from "./asked.ts";
import { holdsPlaceholder, isCopied, isLoop, saysTheSame } from "./copies.ts";
import type { Flaw } from "./flaws.ts";
import { holdsForeignWords, isInLanguage, type Language } from "./language.ts";
import { hasForeignTag, isOfAnotherStep } from "./steps.ts";
import { echoesAdded, echoesQuestion, isAboutItself, isRefusal } from "./talk.ts";
import { splitThinking } from "./thinking.ts";
import { unwrap } from "./unwrap.ts";
import { contentWords, wordsOf } from "./words.ts";

export interface Expectation {
  readonly request: AskedQuestion;
  readonly isTruncated: boolean;
  /** The answer stands in a JSON object. */
  readonly isJson: boolean;
  readonly language: Language | "any";
  /** Sentences that were said behind the prompt: of the first words, of the form. */
  readonly added?: readonly string[] | undefined;
}

export type Judged =
  | { readonly kind: "answer"; readonly text: string }
  | { readonly kind: "flaw"; readonly flaw: Flaw };

export type Reading = Judged & { readonly thinking: string };

/** Longer answers are essays, and push the data out of later prompts. */
const LONGEST_WORDS = 150;
const SHORTEST_WORDS = 3;
const SHORTEST_LETTERS = 12;
/** A letter of other scripts says as much as so many of these. */
const UNSPACED_LETTER = 2;

export function readAnswer(reply: string, expected: Expectation): Reading {
  const { answer, thinking, flaw } = saidIn(reply, expected);
  if (flaw !== undefined) return { kind: "flaw", flaw, thinking };
  const said = expected.isJson ? textOf(fromJson(answer)?.answer) : answer;
  if (said === undefined) return { kind: "flaw", flaw: "malformed", thinking };
  return { ...judge(said, expected), thinking };
}

/**
 * Every text of a reply that holds all three, each judged beside the ones before it. Where the chain has a text
 * already, that one counts and not the reply's.
 */
export function readTogether(
  reply: string,
  expected: Expectation,
): { readonly parts: Readonly<Record<Step, Judged>>; readonly thinking: string } {
  const { answer, thinking, flaw } = saidIn(reply, expected);
  const fields = flaw === undefined ? fromJson(answer) : undefined;
  const parts: Partial<Record<Step, Judged>> = {};
  let { earlier } = expected.request;
  for (const step of STEPS) {
    const known = expected.request.earlier[step];
    if (known !== undefined) {
      parts[step] = { kind: "answer", text: known };
      continue;
    }
    const said = textOf(fields?.[step]);
    const request = { ...expected.request, step, earlier };
    const part: Judged =
      said === undefined
        ? { kind: "flaw", flaw: flaw ?? "malformed" }
        : judge(said, { ...expected, request }, tagOf(step));
    parts[step] = part;
    if (part.kind === "answer") earlier = { ...earlier, [step]: part.text };
  }
  return { parts: parts as Record<Step, Judged>, thinking };
}

function saidIn(reply: string, { isTruncated }: Expectation) {
  const { answer, thinking, isUnfinished } = splitThinking(reply);
  const flaw: Flaw | undefined = isUnfinished || isTruncated ? "truncated" : answer === "" ? "empty" : undefined;
  return { answer, thinking, flaw };
}

/** The prompt of one call for three texts has no tag: its fields have names. */
function tagOf(step: Step): string {
  return `[${step.toUpperCase()}]`;
}

function judge(said: string, expected: Expectation, tag?: string): Judged {
  const asked = partsOf(expected.request.prompt);
  const parts = tag === undefined ? asked : { ...asked, tag };
  const inner = unwrap(said, parts.tag);
  const text = inner.replace(/\s+/g, " ");
  if (text === "") return { kind: "flaw", flaw: "empty" };
  const flaw = flawOf(text, inner, parts, expected);
  return flaw === undefined ? { kind: "answer", text } : { kind: "flaw", flaw };
}

/** The first thing that is wrong; what says most about a model comes first. */
function flawOf(text: string, inner: string, parts: PromptParts, expected: Expectation): Flaw | undefined {
  const { request, language, added = [] } = expected;
  if (isRefusal(text)) return "refusing";
  if (obeysOrders(text, parts.data)) return "injected";
  if (hasForeignTag(text, parts)) return "off-step";
  if (holdsPlaceholder(text, parts)) return "placeholder";
  if (isLoop(text) || echoesQuestion(text, `${parts.instruction}\n${request.system ?? ""}`)) return "repeated";
  if (added.some((sentence) => echoesAdded(text, sentence))) return "repeated";
  if (isAboutItself(text, parts)) return "about-itself";
  if (saysTheSame(text, request.step, request.earlier)) return "repeated";
  if (isCopied(text, parts)) return "copied";
  if (language === "en" && isOfAnotherStep(text, request.step)) return "off-step";
  if (language !== "any" && (!isInLanguage(text, language) || holdsForeignWords(text, parts.data))) {
    return "off-language";
  }
  if (isTooShort(text) || endsInTheMidst(text)) return "malformed";
  // Printed prompts ask for no form and no length.
  if (request.isVerbatim === true) return undefined;
  if (wordsOf(text).length > LONGEST_WORDS || hasStructure(inner)) return "malformed";
  return undefined;
}

/** Too few words to say anything, as in "Users who might dislike it."; scripts without spaces count by letters. */
function isTooShort(text: string): boolean {
  const words = wordsOf(text).filter((word) => /\p{L}/u.test(word));
  if (!isSpaced(text)) return text.length < SHORTEST_LETTERS;
  return words.length < SHORTEST_WORDS || contentWords(text).size === 0;
}

/** Mostly in letters of scripts that put spaces between words: an answer in Chinese may name a brand in Latin ones. */
function isSpaced(text: string): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const ofWords = text.match(/[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]/gu)?.length ?? 0;
  return ofWords > UNSPACED_LETTER * (letters - ofWords);
}

/** Ends on a word that another one has to follow, as do the first words that were asked for, alone. */
function endsInTheMidst(text: string): boolean {
  return /\b(?:who|whose|which|the|an?|and|or)[.\s]*$/.test(text);
}

/** The object in a reply; servers that are not held to a schema write words around it. */
function fromJson(answer: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(answer.slice(answer.indexOf("{"), answer.lastIndexOf("}") + 1));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** A field's text; a list of texts is one. */
function textOf(field: unknown): string | undefined {
  if (typeof field === "string") return field;
  const isList = Array.isArray(field) && field.length > 0 && field.every((entry) => typeof entry === "string");
  return isList ? field.join("; ") : undefined;
}

const STRUCTURE =
  /```|^\s*#{1,6}\s|^\s*(?:[-*•]|\d+[.)])\s+\S|^\s*[{|]|<\/?[a-z][^>]{0,80}>|<<|\[[A-Z]+_?[A-Z]*\]\s*:/m;

function hasStructure(inner: string): boolean {
  return STRUCTURE.test(inner) || inner.split(/\n\s*\n/).length > 2;
}
