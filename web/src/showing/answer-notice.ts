// What is to be said of an answer of the exported model beside its list.
import type { Answer } from "../../../src/browser/api.ts";
import { counted } from "./numbers.ts";

/** undefined: it answers the whole history. */
export function answerNotice({ made, unknown }: Pick<Answer, "made" | "unknown">): string | undefined {
  if (made === "fallback") {
    return unknown.length === 0
      ? "best sellers, as the history is empty"
      : "best sellers, as no item of the history is known here";
  }
  if (unknown.length === 0) return undefined;
  return `${counted(unknown.length, "item")} of the history passed over: not known here`;
}
