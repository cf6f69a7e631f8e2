// The list as it is, the list as it would be, and what became of those that left it.

import type { Answer } from "../../asking/answer.ts";
import type { InputOf, ReplyOf } from "../../asking/server.ts";
import { useAnswer } from "../../asking/use-answer.ts";
import { historyOf, type WhatIf } from "./what-if.ts";

export const SHOWN = 10;

export interface Asked {
  readonly user: string;
  /** Oldest first; undefined while it is not known. */
  readonly known: readonly string[] | undefined;
}

type Question = Pick<InputOf<"recommend">, "user" | "history" | "without">;

export function useList(asked: Asked, whatIf: WhatIf): Answer<ReplyOf<"recommend">> {
  const needsHistory = whatIf.minus.length + whatIf.plus.length > 0;
  const isReady = !needsHistory || asked.known !== undefined;
  const input = { ...questionOf(asked, whatIf), count: SHOWN, reasons: "full" } as const;
  return useAnswer("recommend", isReady ? input : undefined);
}

/** Exact ranks of `items` under the changed question; nothing is asked where there are none. */
export function useRanks(asked: Asked, whatIf: WhatIf, items: readonly string[]): Answer<ReplyOf<"rank">> {
  return useAnswer("rank", items.length === 0 ? undefined : { ...questionOf(asked, whatIf), items: [...items] });
}

function questionOf({ user, known = [] }: Asked, whatIf: WhatIf): Question {
  const history = historyOf(known, whatIf);
  return {
    user,
    history: history === undefined ? undefined : [...history],
    without: whatIf.without.length === 0 ? undefined : [...whatIf.without],
  };
}
