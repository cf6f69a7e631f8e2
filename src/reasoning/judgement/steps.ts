// Whether an answer is of the step that was asked: its tag, and whether it speaks of liking or of disliking.
import type { Step } from "../reasoner.ts";
import type { PromptParts } from "./asked.ts";

const DISLIKE =
  /dislik|\bnot\b|\bcannot\b|n['’]t\b|\bno\b|\bnever\b|\bnor\b|avoid|without|rather|instead|prefer|\bless\b|unlikely|unsuit|\btoo\b|lack|sensitiv|allerg|averse|hate|disappoint|uncomfortable|negative|difficult|limited|only\b|unless|concern|irritat|\bmore\b|different|other|turned off|drawback/i;
const LIKE =
  /enjoy|\blikes?\b|love|appreciat|seek|look(?:ing)? for|interest|\bwants?\b|prefer|\bneeds?\b|ideal|perfect|great|suits|suited|recommend|popular|\bfans?\b|value|benefit|\bgood\b|drawn|attract|favou?r|designed|helps?\b/i;
const UNFIT =
  /\bnot (?:be )?(?:suitable|ideal|recommended|a good)|dislik|\b(?:would|may|might|do|does) not\b|unlikely to/i;
/** "[NEGATIVE]: ..." or "Negative: ..." at the head of an answer. */
const HEAD_TAG = /^(?:\*\*)?(?:\[([A-Z][A-Z_]+)\]|((?:POSITIVE|NEGATIVE|FEATURE|PREFERENCE)(?:_USER)?)\s*:)/i;

/** Whether an answer begins with the tag of another one. */
export function hasForeignTag(text: string, { tag }: PromptParts): boolean {
  const head = HEAD_TAG.exec(text);
  return head !== null && `[${(head[1] ?? head[2])!.toUpperCase()}]` !== tag.toUpperCase();
}

/** Praise where dislike was asked, or dislike alone where liking was. English. */
export function isOfAnotherStep(text: string, step: Step): boolean {
  if (step === "negative") return !DISLIKE.test(text);
  return step === "positive" && UNFIT.test(text) && !LIKE.test(text.replace(/dislik\w*/gi, ""));
}
