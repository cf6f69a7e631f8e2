// What a component knows of its question: nothing yet, a refusal, or a reply, and which question that was of.
import type { AccessKey } from "./access-key.ts";
import type { Refusal } from "./server.ts";

export type Answer<T> =
  | { readonly kind: "waiting" }
  | { readonly kind: "failed"; readonly refusal: Refusal }
  | {
      readonly kind: "here";
      readonly value: T;
      /** Another question has been put since. */
      readonly isOld: boolean;
      /** Why the same question, put again, had no answer: `value` is the last one. */
      readonly missed?: Refusal | undefined;
    };

/** Whether nothing more is on its way. */
export function isSettled(answer: Answer<unknown>): boolean {
  return answer.kind === "failed" || (answer.kind === "here" && !answer.isOld);
}

/** For what names its question in other words: the answer to the former one would stand there under the new name. */
export function onlyCurrent<T>(answer: Answer<T>): Answer<T> {
  return answer.kind === "here" && answer.isOld ? { kind: "waiting" } : answer;
}

export interface AnswerState<T> {
  readonly question: string | undefined;
  readonly answer: Answer<T>;
  /** With which key the server gave the answer to this component; undefined for one that was kept from before. */
  readonly key?: AccessKey | undefined;
}

/** What is known once the server refused `question`: of one that it has answered before, the last answer stays. */
export function refused<T>(before: AnswerState<T>, question: string, key: AccessKey, refusal: Refusal): AnswerState<T> {
  const isRepeat = before.question === question && before.key === key;
  if (isRepeat && before.answer.kind === "here") return { ...before, answer: { ...before.answer, missed: refusal } };
  return { question, answer: { kind: "failed", refusal } };
}
