// Whose held-out items figures are of, in words: those of validation items are no test figures.
import type { RunSummary } from "../../../../src/client/index.ts";
import { count } from "../../showing/numbers.ts";

type MeasuredOn = NonNullable<RunSummary["measuredOn"]>;

const ITEMS: Readonly<Record<MeasuredOn["split"], string>> = {
  test: "test items",
  valid: "validation items, by which checkpoint, settings and weights were chosen",
};

/** Such as "test items, of 200 of 5,000 users". */
export function itemWords({ split, users: { evaluated, total } }: MeasuredOn): string {
  return `${ITEMS[split]}${evaluated < total ? `, of ${count(evaluated)} of ${count(total)} users` : ""}`;
}

type Evaluated = Pick<RunSummary, "name" | "measuredOn">;

/** Of runs side by side: in one word where they are alike, else of each. */
export function sharedItemWords(runs: readonly Evaluated[]): string {
  const byWords = new Map<string, string[]>();
  for (const { name, measuredOn } of runs) {
    if (measuredOn === undefined) continue;
    const words = itemWords(measuredOn);
    byWords.set(words, [...(byWords.get(words) ?? []), name]);
  }
  if (byWords.size <= 1) return `On ${[...byWords.keys()][0] ?? "held-out items"}`;
  const each = [...byWords].map(([words, names]) => `${names.join(", ")} on ${words}`);
  return `Not measured alike: ${each.join("; ")}`;
}

/** Beside the figures of a card; undefined where they answer the usual question on all test items. */
export function cardWords(question: string | undefined, measuredOn: MeasuredOn | undefined): string | undefined {
  if (question === undefined || measuredOn === undefined) return undefined;
  const words = itemWords(measuredOn);
  if (question === "sequential" && words === ITEMS.test) return undefined;
  return question === "sequential" ? `On ${words}.` : `${question}, on ${words}.`;
}
