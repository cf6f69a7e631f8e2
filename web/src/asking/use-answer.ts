// An answer of the server in a component: at once from what was asked lately, then as it is now.
import { useEffect, useState } from "preact/hooks";
import { accessKey } from "./access-key.ts";
import { ofChosenRun } from "./chosen-run.ts";
import { call, type InputOf, type OperationName, type Refusal, type ReplyOf, refusalOf } from "./server.ts";

export type Answer<T> =
  | { readonly kind: "waiting" }
  | { readonly kind: "failed"; readonly refusal: Refusal }
  /** `isOld`: another question has been put since. */
  | { readonly kind: "here"; readonly value: T; readonly isOld: boolean };

const KEPT = 60;
const kept = new Map<string, unknown>();

/**
 * The reply to an operation; nothing is asked where there is no input. While a new one is on its way the old one stays,
 * marked as old, so that a page does not collapse. Another `again` puts the same question anew.
 */
export function useAnswer<Name extends OperationName>(
  name: Name,
  input: InputOf<Name> | undefined,
  again = 0,
): Answer<ReplyOf<Name>> {
  type Reply = ReplyOf<Name>;
  const asked = input && ofChosenRun(name, input);
  const question = asked === undefined ? undefined : `${name} ${JSON.stringify(asked)}`;
  const [state, setState] = useState<{ readonly question: string | undefined; readonly answer: Answer<Reply> }>(() => ({
    question,
    answer: keptAnswer<Reply>(question),
  }));
  useEffect(() => {
    if (question === undefined) return;
    const stop = new AbortController();
    const tell = (answer: Answer<Reply>) => {
      if (!stop.signal.aborted) setState({ question, answer });
    };
    call(name, asked!, stop.signal).then(
      (value) => {
        keep(question, value);
        tell({ kind: "here", value, isOld: false });
      },
      (error: unknown) => tell({ kind: "failed", refusal: refusalOf(error) }),
    );
    return () => stop.abort();
  }, [question, accessKey.value, again]);
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
