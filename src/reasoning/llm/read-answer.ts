// From a reply to a text that may be stored, or to what is wrong with it. Strict on purpose: whatever passes here is
// embedded as the meaning of an item or a person.
import type { ReasonRequest } from "../reasoner.ts";
import type { Flaw } from "./flaws.ts";
import { isInLanguage, type Language } from "./language.ts";
import { splitThinking } from "./thinking.ts";
import { obeysOrders } from "./untrusted-text.ts";

export interface Expectation {
  readonly request: Pick<ReasonRequest, "prompt" | "earlier">;
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
  const unwrapped = expected.structured === "json" ? fromJson(answer) : answer;
  if (unwrapped === undefined) return flawed("malformed");
  const text = plain(unwrapped);
  if (text === "") return flawed("empty");
  const flaw = flawOf(text, unwrapped, expected);
  return flaw === undefined ? { kind: "answer", text, thinking } : flawed(flaw);
}

function flawOf(text: string, answer: string, { request, language }: Expectation): Flaw | undefined {
  const words = text.toLowerCase().match(/[\p{L}\p{N}'’]+/gu) ?? [];
  if (isRefusal(text)) return "refusing";
  if (obeysOrders(text, dataOf(request.prompt))) return "injected";
  if (isRepetition(text, words, request)) return "repeated";
  if (language !== "any" && !isInLanguage(text, language)) return "off-language";
  // Scripts without spaces have few "words": only short texts of few letters are too short.
  const isTooShort = words.length < SHORTEST_WORDS && text.length < 12;
  if (isTooShort || words.length > LONGEST_WORDS || hasStructure(answer)) return "malformed";
  return undefined;
}

/** What a prompt quotes, without our own instructions: those are orders too. */
function dataOf(prompt: string): string {
  const start = prompt.indexOf("\nInformation\n");
  return prompt.slice(Math.max(start, 0), Math.max(prompt.lastIndexOf("\nResponse\n"), 0) || undefined);
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

/** One line without the answer's own tag, bold marks around it, or quotes around the whole. */
function plain(answer: string): string {
  const text = answer.replace(OWN_TAG, "").replace(/\s+/g, " ").trim();
  const quoted = /^["“](.*)["”]$/.exec(text);
  return quoted === null || /["“”]/.test(quoted[1]!) ? text : quoted[1]!.trim();
}

const OWN_TAG = /^\s*(?:response\s*:?\s*)?(?:\*\*)?\[[A-Z_]{3,24}\](?:\*\*)?\s*:?\s*(?:\*\*)?\s*/i;
const STRUCTURE =
  /```|^\s*#{1,6}\s|^\s*(?:[-*•]|\d+[.)])\s+\S|^\s*[{|]|\[(?:POSITIVE|NEGATIVE|FEATURE|ATTRIBUTES|HISTORY|PREFERENCE)\w*\]/m;

function hasStructure(answer: string): boolean {
  return STRUCTURE.test(answer.replace(OWN_TAG, "")) || answer.trim().split(/\n\s*\n/).length > 2;
}

const REFUSAL =
  /^(?:i['’]?m sorry|i am sorry|sorry|i apologi[sz]e|unfortunately,? i|i (?:cannot|can['’]t|can not|am unable|am not able|won['’]t|will not)|as an ai|i['’]m (?:unable|not able|just an ai))\b|\bcan(?:not|['’]t) (?:help|assist|comply|fulfil)\b|\bas an ai (?:language )?model\b|\bagainst my (?:guidelines|programming)\b/i;

function isRefusal(text: string): boolean {
  return REFUSAL.test(text);
}

/** A phrase of this many words that comes back is a loop... */
const PHRASE_WORDS = 4;
/** ... when repeats make up this share of all phrases. */
const REPEATED_SHARE = 0.4;
const ECHO =
  /based on the provided \[?(?:attributes|history)|assist me in (?:summarizing|identifying)|you will help identify/i;

function isRepetition(text: string, words: readonly string[], { earlier }: Pick<ReasonRequest, "earlier">): boolean {
  if (ECHO.test(text)) return true;
  if (Object.values(earlier).some((other) => other === text)) return true;
  const phrases = words.slice(PHRASE_WORDS - 1).map((_, i) => words.slice(i, i + PHRASE_WORDS).join(" "));
  const repeats = phrases.length - new Set(phrases).size;
  return phrases.length >= 2 * PHRASE_WORDS && repeats / phrases.length >= REPEATED_SHARE;
}
