// What `isrf data split` did to a dataset, as its manifest holds it, and in words.
import { z } from "zod";
import { percent } from "../../base/written-numbers.ts";

const share = z.number().gt(0).lt(1);

export const splitRuleSchema = z.discriminatedUnion("kind", [
  /** None of the drawn items' interactions trains; whoever has one of them as held-out item is asked for it. */
  z.object({ kind: z.literal("cold-items"), share, seed: z.number() }),
  /** The drawn users train nothing; each is asked for the last item, known by those before it alone. */
  z.object({ kind: z.literal("cold-users"), share, seed: z.number() }),
  /** What happened before `from` (seconds since 1970) trains; each user is asked for the first item from then on. */
  z.object({ kind: z.literal("time"), from: z.number(), quantile: share.optional() }),
]);

export const datasetSplitSchema = z.object({
  rule: splitRuleSchema,
  /** The dataset that was split. */
  source: z.object({ name: z.string(), hash: z.string() }),
  /** Items that were drawn, or that nobody had before the time. */
  coldItems: z.number(),
  /** People who are asked and stand in no training. */
  newUsers: z.number(),
  /** People of the source of whom too little is left to train on or to ask. */
  leftOutUsers: z.number(),
  asked: z.object({ valid: z.number(), test: z.number() }),
  /** SHA-256 over all questions, in external ids. */
  questions: z.string(),
});

export type SplitRule = z.infer<typeof splitRuleSchema>;
export type DatasetSplit = z.infer<typeof datasetSplitSchema>;

/** "cold items, 10.0 % by seed 2023": for tables, records and refusals. */
export function splitWords(rule: SplitRule): string {
  switch (rule.kind) {
    case "cold-items":
      return `cold items, ${percent(rule.share, 1)} by seed ${rule.seed}`;
    case "cold-users":
      return `cold users, ${percent(rule.share, 1)} by seed ${rule.seed}`;
    case "time":
      return `from ${timeWords(rule.from)} on`;
    default:
      return rule satisfies never;
  }
}

/** An ISO date, with the time of day where it is not midnight. */
export function timeWords(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/(T00:00:00)?\.000Z$/, (_, midnight) => (midnight ? "" : "Z"));
}

/** How many items at the end of each sequence are held out: by time, the test item is in no sequence at all. */
export function heldOutAtEnd(split: Pick<DatasetSplit, "rule"> | undefined): 1 | 2 {
  return split?.rule.kind === "time" ? 1 : 2;
}
