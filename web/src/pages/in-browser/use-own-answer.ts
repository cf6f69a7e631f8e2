// What the model in this page answers, one question after the other, and how long it took.
import { useEffect, useState } from "preact/hooks";
import type { Answer, Recommender } from "../../../../src/browser/api.ts";
import { inTurn } from "../../asking/in-turn.ts";

export const SHOWN = 10;

export interface OwnAnswer {
  readonly answer: Answer;
  /** Of all answers of this page so far, in ms. */
  readonly times: readonly number[];
}

export interface Own {
  /** Undefined until the first one. */
  readonly last: OwnAnswer | undefined;
  /** Why the last question had no answer. */
  readonly failure: string | undefined;
}

export function useOwnAnswer(recommender: Recommender, history: readonly string[], without: readonly string[]): Own {
  const [own, setOwn] = useState<Own>({ last: undefined, failure: undefined });
  // The model answers one question at a time.
  const [turn] = useState(inTurn);
  const question = JSON.stringify([history, without]);
  useEffect(() => {
    let isOver = false;
    const answered = (answer: Answer | undefined) => {
      if (isOver || answer === undefined) return;
      setOwn(({ last }) => ({ last: { answer, times: [...(last?.times ?? []), answer.ms] }, failure: undefined }));
    };
    const failed = (error: unknown) => {
      if (!isOver) setOwn(({ last }) => ({ last, failure: error instanceof Error ? error.message : String(error) }));
    };
    turn(async () => (isOver ? undefined : recommender.recommend(history, { count: SHOWN, without }))).then(
      answered,
      failed,
    );
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
