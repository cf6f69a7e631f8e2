// What the server answers to the same history, and how long that took, the way there and back included.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Answer } from "../../../../src/browser/api.ts";
import type { Answer as Asked } from "../../asking/answer.ts";
import { call, type ReplyOf, refusalOf } from "../../asking/server.ts";
import { ItemLines } from "../../showing/item-link.tsx";
import { plain } from "../../showing/numbers.ts";
import { Shown, Skeleton } from "../../showing/states.tsx";
import { SHOWN } from "./use-own-answer.ts";

export interface Theirs {
  readonly answer: Asked<ReplyOf<"recommend">>;
  readonly ms: number | undefined;
}

interface Question {
  readonly run: string;
  readonly history: readonly string[];
  readonly without: readonly string[];
}

/** Nothing is asked without a question. */
export function useServerList(question: Question | undefined): Theirs | undefined {
  const [theirs, setTheirs] = useState<Theirs>({ answer: { kind: "waiting" }, ms: undefined });
  const words = JSON.stringify(question);
  useEffect(() => {
    if (question === undefined) return;
    const stop = new AbortController();
    const { run, history, without } = question;
    const started = performance.now();
    setTheirs(({ answer, ms }) => ({ answer: answer.kind === "here" ? { ...answer, isOld: true } : answer, ms }));
    const asked = {
      run,
      history: [...history],
      without: without.length === 0 ? undefined : [...without],
      count: SHOWN,
    };
    const tell = (told: Theirs) => {
      if (!stop.signal.aborted) setTheirs(told);
    };
    call("recommend", asked, stop.signal).then(
      (value) => tell({ answer: { kind: "here", value, isOld: false }, ms: performance.now() - started }),
      (error: unknown) => tell({ answer: { kind: "failed", refusal: refusalOf(error) }, ms: undefined }),
    );
    return () => stop.abort();
  }, [words]);
  return question === undefined ? undefined : theirs;
}

export function ServerList({
  theirs: { answer, ms },
  own,
}: {
  readonly theirs: Theirs;
  readonly own: Answer | undefined;
}): JSX.Element {
  return (
    <div class="card" id="server-list">
      <h3>The server</h3>
      <Shown answer={answer} waiting={<Skeleton rows={SHOWN} tall={64} />}>
        {({ items }, isOld) => (
          <>
            <p class="small soft numbers answer-time">
              {ms === undefined ? "…" : `${plain(ms, 1)} ms, there and back`}
            </p>
            <ol class={isOld ? "rows is-old" : "rows"}>
              {items.map(({ item, rank }, at) => (
                <li
                  key={item.id}
                  class={own?.items[at]?.item.id === item.id ? "row" : "row differs"}
                  data-item={item.id}
                >
                  <span class="rank numbers">{rank}</span>
                  <span class="grows min-0">
                    <ItemLines item={item} />
                  </span>
                </li>
              ))}
            </ol>
          </>
        )}
      </Shown>
    </div>
  );
}
