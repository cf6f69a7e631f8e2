// The list as it is, the list as it would be, and what became of those that left it.
import { post } from "../../asking/http.ts";
import { type Answer, useAnswer } from "../../asking/use-answer.ts";
import type { Ranks, RecommendationAnswer } from "../../contract.ts";
import { historyOf, type WhatIf } from "./what-if.ts";

export const SHOWN = 10;

export interface Asked {
  readonly user: string;
  /** Oldest first; undefined while it is not known. */
  readonly known: readonly string[] | undefined;
}

export function useList({ user, known }: Asked, whatIf: WhatIf): Answer<RecommendationAnswer> {
  const body = bodyOf(user, known ?? [], whatIf);
  const needsHistory = whatIf.minus.length + whatIf.plus.length > 0;
  const question = needsHistory && known === undefined ? undefined : JSON.stringify(body);
  return useAnswer(question, (signal) => {
    const asked = { ...body, count: SHOWN, reasons: "full" };
    return post<RecommendationAnswer>("/v1/recommendations", asked, signal);
  });
}

/** Exact ranks of `items` under the changed question; nothing is asked where there are none. */
export function useRanks(asked: Asked, whatIf: WhatIf, items: readonly string[]): Answer<Ranks> {
  const body = { ...bodyOf(asked.user, asked.known ?? [], whatIf), items };
  return useAnswer(items.length === 0 ? undefined : `ranks ${JSON.stringify(body)}`, (signal) =>
    post<Ranks>("/v1/ranks", body, signal),
  );
}

function bodyOf(user: string, known: readonly string[], whatIf: WhatIf) {
  const { without } = whatIf;
  return { user, history: historyOf(known, whatIf), without: without.length === 0 ? undefined : without };
}
