// Replies that speak of themselves, of the question or of their writer, or decline. English, as the prompts are: in
// another language these rules are silent.
import type { PromptParts } from "./asked.ts";
import { runsOf, wordsOf } from "./words.ts";

const REFUSALS = [
  /^(?:i['’]?m sorry|i am sorry|sorry|i apologi[sz]e|unfortunately,? i|i (?:cannot|can['’]t|can not|am unable|am not able|won['’]t|will not)|as an ai|i['’]m (?:unable|not able|just an ai))\b/i,
  /\bcan(?:not|['’]t) (?:help|assist|comply|fulfil)\b|\bas an ai (?:language )?model\b|\bagainst my (?:guidelines|programming)\b/i,
  // Children may find questions difficult to answer: nobody refuses then.
  /(?<!\b(?:find|finds|found|finding)\b(?! (?:it|this|that)\b)[^.]{1,40} )\b(?:impossible|not possible|difficult|hard|unable|cannot|can['’]t|not able) (?:to )?(?:determine|say|answer|know|summari[sz]e)\b/i,
  // Pads may fail to provide padding, and colours be hard to tell apart: what is withheld has to be an answer.
  /\b(?:impossible|not possible|difficult|hard|unable|cannot|can['’]t|not able) (?:to )?(?:tell|identify) (?:who|what|which|whether|if|how|any|(?:a |the )?(?:specific|type|user|product|item)s?)\b/i,
  /\b(?:impossible|not possible|difficult|hard|unable|cannot|can['’]t|not able) (?:to )?provide\b[^.]{0,40}\b(?:answer|information|summary|response|description)\b/i,
  /\b(?:i|we) (?:cannot|can['’]t|can not|am unable|am not able|are unable|are not able)\b/i,
  /^no (?:answer|response|information|data)\b|\bthe answer is (?:no|yes|none|unknown)\b|\b(?:answer|response) is not possible\b/i,
  /\b(?:i['’]m|i am) (?:ready|here|happy) to\b|\bhow (?:can|may) i\b|\bplease (?:provide|let me|specify)\b/i,
];

export function isRefusal(text: string): boolean {
  return REFUSALS.some((pattern) => pattern.test(text));
}

const ABOUT_ITSELF = [
  // Somebody speaks: no description of a product or of a shopper does.
  /\bI(?:['’](?:m|ll|ve|d))\b|\bI (?:am|can|will|would|have|do|need|think|recommend|suggest|hope|could|must|should|was|believe|understand|see)\b|\b(?:assist|help|tell|give|ask|let) me\b/,
  // A lamp may help you fall asleep: a writer helps with what is asked.
  /\bassist(?:ing)? (?:you|the user)\b|\bhelp(?:ing)? (?:you|the user)(?: (?:to )?(?:with|find|identify|understand|choose|determine|decide|write|create|answer)\b|(?= *[.,!?]|$))|\bhelp(?:ing)? identify\b|\byou (?:are|will|can) (?:help|assist|asked)/i,
  /\b(?:the|this|that|my|your|user['’]s|previous|earlier|original|provided|given)\s+(?:prompts?\b(?! (?:delivery|dispatch|shipping|service|reply)\b)|quer(?:y|ies)\b|question\b)/i,
  // "A fast response" and "the response of the pedals" are said of things.
  /\b(?:the|this|that|an?|my|your|user['’]s|previous|earlier|original|provided|given)\s+responses?\b(?! (?:times?|rates?|curves?|of|from)\b)/i,
  /\b(?:the|this|an|my|your|previous|earlier)\s+(?:\w+\s+)?answers?\b(?! to\b)/i,
  /\b(?:original|provided|given|rewritten|following)\s+text\b|\bof the text\b|\bone or two sentences\b/i,
  /\b(?:positive|negative)\s+(?:message|outcome|answer|response|attributes?|feature)\b/i,
  /^\W*begin (?:\W*\w+\W* )?with\b|\bplease note\b|\b(?:given|provided) (?:information|data)\b|\bitems? (?:listed|in the list)\b|\bwe (?:need|can|will|are)\b/i,
  /\bnot (?:been )?(?:provided|mentioned|specified|stated)\b|\bwas (?:cut off|rewritten|reworded)\b/i,
];

/** Runs of so many words that a reply shares with the question are copied from it. */
const ECHO_WORDS = 8;

export function isAboutItself(text: string, { data }: PromptParts): boolean {
  const found = ABOUT_ITSELF.flatMap((pattern) => pattern.exec(text)?.[0] ?? []);
  // What the catalogue says itself ("the answer to dry skin") is not said of an answer.
  return found.some((phrase) => !data.toLowerCase().includes(phrase.toLowerCase()));
}

/** Of a sentence behind the prompt, which is short, so many. */
const ADDED_WORDS = 5;

/** Whether a text holds words of a sentence such as `Begin with "Users who".`; those in quotes were asked for. */
export function echoesAdded(text: string, sentence: string): boolean {
  const words = wordsOf(sentence);
  const length = Math.min(ADDED_WORDS, words.length);
  const wanted = new Set((sentence.match(/"[^"]*"/g) ?? []).flatMap((quoted) => runsOf(wordsOf(quoted), length)));
  const own = new Set(runsOf(words, length).filter((run) => !wanted.has(run)));
  return runsOf(wordsOf(text), length).some((run) => own.has(run));
}

/** Whether a text holds words of the question itself. */
export function echoesQuestion(text: string, asked: string): boolean {
  const question = new Set(runsOf(wordsOf(asked), ECHO_WORDS));
  return runsOf(wordsOf(text), ECHO_WORDS).some((run) => question.has(run));
}
