import type { Evidence } from "../../src/browser/api.ts";
import { signed } from "../src/showing/numbers.ts";

/** Which way a term speaks, and how far; exactly 0 is what terms add that know nothing of an item. */
export function evidenceWords({ term, ahead }: Pick<Evidence, "term" | "ahead">): string {
  if (ahead === 0) return `${term} says nothing of it`;
  return `${term} ${ahead > 0 ? "for" : "against"} it, ${signed(ahead)}`;
}
