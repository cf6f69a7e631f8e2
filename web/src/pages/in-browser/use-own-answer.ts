// What the model in this page answers, one question after the other, and how long it took.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Answer, Recommender } from "../../../../src/browser/api.ts";

export const SHOWN = 10;

export interface OwnAnswer {
  readonly answer: Answer;
  /** Of all answers of this page so far, in ms. */
  readonly times: readonly number[];
}

/** Undefined until the first one. */
export function useOwnAnswer(
  recommender: Recommender,
  history: readonly string[],
  without: readonly string[],
): OwnAnswer | undefined {
  const [own, setOwn] = useState<OwnAnswer>();
  // The model answers one question at a time.
  const turn = useRef<Promise<unknown>>(Promise.resolve());
  const question = JSON.stringify([history, without]);
  useEffect(() => {
    let isOver = false;
    turn.current = turn.current.then(async () => {
      if (isOver) return;
      const answer = await recommender.recommend(history, { count: SHOWN, without });
      if (!isOver) setOwn((before) => ({ answer, times: [...(before?.times ?? []), answer.ms] }));
    });
    return () => {
      isOver = true;
    };
  }, [recommender, question]);
  return own;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
