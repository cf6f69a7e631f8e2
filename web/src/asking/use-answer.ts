// An answer of the server in a component: at once from what was asked lately, then as it is now.
import { useEffect, useState } from "preact/hooks";
import { accessKey } from "./access-key.ts";
import { AskError, get } from "./http.ts";

export type Answer<T> =
  | { readonly kind: "waiting" }
  | { readonly kind: "failed"; readonly error: AskError }
  /** `isOld`: another question has been put since. */
  | { readonly kind: "here"; readonly value: T; readonly isOld: boolean };

const KEPT = 60;
const kept = new Map<string, unknown>();

/** The answer to GET `path`; nothing is asked where it is undefined. */
export function useGet<T>(path: string | undefined): Answer<T> {
  return useAnswer<T>(path, (signal) => get<T>(path!, signal));
}

/**
 * The answer of `ask`, which is put again when `question` changes. While a new one is on its way the old one stays,
 * marked as old, so that a page does not collapse.
 */
export function useAnswer<T>(question: string | undefined, ask: (signal: AbortSignal) => Promise<T>): Answer<T> {
  const [state, setState] = useState<{ readonly question: string | undefined; readonly answer: Answer<T> }>(() => ({
    question,
    answer: keptAnswer<T>(question),
  }));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the question names all that `ask` reads
  useEffect(() => {
    if (question === undefined) return;
    const stop = new AbortController();
    ask(stop.signal).then(
      (value) => {
        keep(question, value);
        if (!stop.signal.aborted) setState({ question, answer: { kind: "here", value, isOld: false } });
      },
      (error: unknown) => {
        if (stop.signal.aborted) return;
        setState({ question, answer: { kind: "failed", error: asAskError(error) } });
      },
    );
    return () => stop.abort();
  }, [question, accessKey.value]);
  if (state.question === question) return state.answer;
  const known = keptAnswer<T>(question);
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

function asAskError(error: unknown): AskError {
  if (error instanceof AskError) return error;
  return new AskError(0, error instanceof Error ? error.message : String(error));
}
