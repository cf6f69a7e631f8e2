// An answer of the server in a component: at once from what was asked lately, then as it is now.
import { useEffect, useState } from "preact/hooks";
import { accessKey } from "./access-key.ts";
import { type Answer, type AnswerState, refused } from "./answer.ts";
import { ofChosenRun } from "./chosen-run.ts";
import { putQuestion } from "./put-question.ts";
import { call, type InputOf, type OperationName, type ReplyOf, refusalOf } from "./server.ts";

const KEPT = 60;
const kept = new Map<string, unknown>();
/** Another key or another address is needed; either puts the question anew. */
const FINAL = new Set([401, 403, 404]);

export interface Repeating<Reply> {
  /** Another number puts the same question anew. */
  readonly again?: number | undefined;
  /** After how many ms of such a reply the question is put again of itself; undefined: no more. */
  readonly againAfter?: ((value: Reply) => number | undefined) | undefined;
}

/**
 * The reply to an operation; nothing is asked where there is no input. While a new one is on its way the old one stays,
 * marked as old, so that a page does not collapse; so does the last one where the same question is refused later.
 */
export function useAnswer<Name extends OperationName>(
  name: Name,
  input: InputOf<Name> | undefined,
  { again = 0, againAfter }: Repeating<ReplyOf<Name>> = {},
): Answer<ReplyOf<Name>> {
  type Reply = ReplyOf<Name>;
  const asked = input && ofChosenRun(name, input);
  const question = asked === undefined ? undefined : `${name} ${JSON.stringify(asked)}`;
  const key = accessKey.value;
  const [state, setState] = useState<AnswerState<Reply>>(() => ({ question, answer: keptAnswer<Reply>(question) }));
  useEffect(() => {
    if (question === undefined) return;
    const stop = new AbortController();
    void putQuestion<Reply>(
      {
        put: (signal) => call(name, asked!, signal),
        onReply: (value) => {
          keep(question, value);
          setState({ question, key, answer: { kind: "here", value, isOld: false } });
        },
        onFailure: (error) => setState((before) => refused(before, question, key, refusalOf(error))),
        againAfter,
        last: kept.get(question) as Reply | undefined,
        isFinal: (error) => FINAL.has(refusalOf(error).status),
      },
      stop.signal,
    );
    return () => stop.abort();
  }, [question, key, again]);
  if (state.question === question) return state.answer;
  const known = keptAnswer<Reply>(question);
  if (known.kind === "here") return known;
  return state.answer.kind === "here" ? { ...state.answer, isOld: true } : known;
}

function keptAnswer<T>(question: string | undefined): Answer<T> {
  if (question === undefined || !kept.has(question)) return { kind: "waiting" };
  return { kind: "here", value: kept.get(question) as T, isOld: false };
}

function keep(question: string, value: unknown): void {
  kept.delete(question);
  kept.set(question, value);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
}
