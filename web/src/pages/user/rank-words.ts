// What stands behind the arrow of an item that left the list.

import type { Answer } from "../../asking/answer.ts";
import type { ReplyOf } from "../../asking/server.ts";
import { count } from "../../showing/numbers.ts";
import type { WhatIf } from "./what-if.ts";

/** Its rank by now; or why it has none: items of a history, above all, are never answered. */
export function rankWords(ranks: Answer<ReplyOf<"rank">>, id: string, { plus }: WhatIf): string {
  if (ranks.kind === "failed") return "unknown";
  const found = ranks.kind === "here" && !ranks.isOld ? ranks.value.ranks.find((one) => one.id === id) : undefined;
  if (found === undefined) return "…";
  if (found.rank !== undefined) return count(found.rank);
  return plus.includes(id) ? "in the history" : "not answered";
}
