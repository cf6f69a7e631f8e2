// From a reply to a text that may be stored, or to what is wrong with it. Strict on purpose: whatever passes here is
// embedded as the meaning of an item or a person. How right the rules are is measured on labelled answers of real
// models (labelled-answers.test.ts).
import { obeysOrders } from "../untrusted-text.ts";
import { type AskedQuestion, type PromptParts, partsOf } from "./asked.ts";
import { holdsPlaceholder, isCopied, isLoop, saysTheSame } from "./copies.ts";
import type { Flaw } from "./flaws.ts";
import { holdsForeignWords, isInLanguage, type Language } from "./language.ts";
import { hasForeignTag, isOfAnotherStep } from "./steps.ts";
import { echoesQuestion, isAboutItself, isRefusal } from "./talk.ts";
import { splitThinking } from "./thinking.ts";
import { unwrap } from "./unwrap.ts";
import { wordsOf } from "./words.ts";

export interface Expectation {
  readonly request: AskedQuestion;
  readonly isTruncated: boolean;
  readonly structured: "off" | "json";
  readonly language: Language | "any";
}

export type Reading =
  | { readonly kind: "answer"; readonly text: string; readonly thinking: string }
  | { readonly kind: "flaw"; readonly flaw: Flaw; readonly thinking: string };

/** Longer answers are essays, and push the data out of later prompts. */
const LONGEST_WORDS = 150;
const SHORTEST_WORDS = 3;

export function readAnswer(reply: string, expected: Expectation): Reading {
  const { answer, thinking, isUnfinished } = splitThinking(reply);
  const flawed = (flaw: Flaw): Reading => ({ kind: "flaw", flaw, thinking });
  if (isUnfinished || expected.isTruncated) return flawed("truncated");
  if (answer === "") return flawed("empty");
  const said = expected.structured === "json" ? fromJson(answer) : answer;
  if (said === undefined) return flawed("malformed");
  const parts = partsOf(expected.request.prompt);
  const inner = unwrap(said, parts.tag);
  const text = inner.replace(/\s+/g, " ");
  if (text === "") return flawed("empty");
  const flaw = flawOf(text, inner, parts, expected);
  return flaw === undefined ? { kind: "answer", text, thinking } : flawed(flaw);
}

/** The first thing that is wrong; what says most about a model comes first. */
function flawOf(text: string, inner: string, parts: PromptParts, expected: Expectation): Flaw | undefined {
  const { request, language } = expected;
  const words = wordsOf(text);
  if (isRefusal(text)) return "refusing";
  if (obeysOrders(text, parts.data)) return "injected";
  if (hasForeignTag(text, parts)) return "off-step";
  if (holdsPlaceholder(text, parts)) return "placeholder";
  if (isLoop(text) || echoesQuestion(text, `${parts.instruction}\n${request.system ?? ""}`)) return "repeated";
  if (isAboutItself(text, parts)) return "about-itself";
  if (saysTheSame(text, request.earlier)) return "repeated";
  if (isCopied(text, parts)) return "copied";
  if (language === "en" && isOfAnotherStep(text, request.step)) return "off-step";
  if (language !== "any" && (!isInLanguage(text, language) || holdsForeignWords(text, parts.data))) {
    return "off-language";
  }
  // Scripts without spaces have few "words": only short texts of few letters are too short.
  const isTooShort = words.length < SHORTEST_WORDS && text.length < 12;
  if (isTooShort || words.length > LONGEST_WORDS || hasStructure(inner)) return "malformed";
  return undefined;
}

function fromJson(answer: string): string | undefined {
  try {
    const value: unknown = JSON.parse(answer.replace(/^```(?:json)?\s*|\s*```$/g, ""));
    const text = typeof value === "object" && value !== null ? (value as { answer?: unknown }).answer : undefined;
    return typeof text === "string" ? text : undefined;
  } catch {
    return undefined;
  }
}

const STRUCTURE =
  /```|^\s*#{1,6}\s|^\s*(?:[-*•]|\d+[.)])\s+\S|^\s*[{|]|<\/?[a-z][^>]{0,80}>|<<|\[[A-Z]+_?[A-Z]*\]\s*:/m;

function hasStructure(inner: string): boolean {
  return STRUCTURE.test(inner) || inner.split(/\n\s*\n/).length > 2;
}
