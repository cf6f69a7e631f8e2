// Who wrote the texts about an item or user, and whether one was told the others.
import type { Texts } from "../../../src/client/index.ts";

const WRITTEN: Readonly<Record<NonNullable<Texts["written"]>, string>> = {
  steps: ", each step told the answers before it",
  "one call": ", all in one call",
  rules: ", each text by itself: no step reads another's",
};

export function writtenWords({ by, written }: Pick<Texts, "by" | "written">): string {
  return `Written by ${by}${written === undefined ? "" : WRITTEN[written]}.`;
}
