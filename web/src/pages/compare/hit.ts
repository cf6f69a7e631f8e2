// Where the item that was held back stands in a column's answer.
import type { Answer } from "../../asking/answer.ts";
import type { ReplyOf } from "../../asking/server.ts";
import { count } from "../../showing/numbers.ts";

export interface Hit {
  readonly kind: "waiting" | "refused" | "none" | "hit" | "miss";
  readonly words: string;
}

/** `shown`: so many items the list is long. */
export function hitOf(ranks: Answer<ReplyOf<"rank">>, shown: number): Hit {
  if (ranks.kind === "waiting") return { kind: "waiting", words: "…" };
  if (ranks.kind === "failed") return { kind: "refused", words: `its rank is not known: ${ranks.refusal.message}` };
  const { rank, of } = ranks.value.ranks[0] ?? {};
  if (rank === undefined || of === undefined) return { kind: "none", words: "the item taken next cannot be answered" };
  if (rank <= shown) return { kind: "hit", words: `hit at rank ${rank}` };
  return { kind: "miss", words: `rank ${count(rank)} of ${count(of)}` };
}
