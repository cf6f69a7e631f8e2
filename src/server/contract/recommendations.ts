// Asking for recommendations, and what is answered.
import { z } from "zod";
import { errorSchema, idSchema, idsSchema, itemCardSchema, MAX_COUNT, runField } from "./common.ts";

export const MAX_BATCH = 256;

const values = z.array(z.string().max(500)).min(1).max(100);
const MAX_ATTRIBUTES = 20;
const attributes = z
  .record(z.string().max(200), values)
  .refine((named) => Object.keys(named).length <= MAX_ATTRIBUTES, `expected at most ${MAX_ATTRIBUTES} attributes`)
  .meta({ maxProperties: MAX_ATTRIBUTES });

export const filterSchema = z
  .strictObject({
    categories: values.optional().describe("Any of these: a step of the path, or the whole path with ` > `."),
    brands: values.optional().describe("Any of these."),
    price: z.strictObject({ min: z.number().optional(), max: z.number().optional() }).optional(),
    attributes: attributes.optional().describe("Of each named attribute any of these values."),
    not: z
      .strictObject({
        categories: values.optional(),
        brands: values.optional(),
        attributes: attributes.optional(),
      })
      .optional()
      .describe("Items that fit any of this are left out."),
  })
  .meta({ id: "Filter", description: "Which items may be answered; compared without case." });

const someone = {
  user: idSchema.optional().describe("Their history is what training and events know of them."),
  history: idsSchema.optional().describe("Item ids, oldest first; replaces what is known of the user."),
  add: idsSchema.optional().describe("Item ids that come after what is known."),
  without: z.array(z.string().min(1).max(100)).max(50).optional().describe("Terms of the score that stay silent."),
  favourNew: z.number().min(0).max(20).optional().describe("Added to the score of items that training never saw."),
  run: runField,
};

/** The same said twice: to readers of the document, and to what checks requests. */
const NAMES_SOMEBODY = { anyOf: ["user", "history", "add"].map((name) => ({ required: [name] })) };
const namesSomebody = ({ user, history, add }: { user?: unknown; history?: unknown; add?: unknown }) =>
  user !== undefined || history !== undefined || add !== undefined;
const nobody = { path: ["user"], error: "Nobody is named: expected a user, a history or items to add." };

export const recommendSchema = z
  .strictObject({
    ...someone,
    task: z.enum(["sequential", "direct"]).default("sequential").describe("What comes next, or which of candidates."),
    candidates: idsSchema.min(1).optional().describe("Task direct: choose among these."),
    count: z.number().int().min(1).max(MAX_COUNT).default(10).describe("How many items are wanted."),
    filter: filterSchema.optional(),
    exclude: idsSchema.optional().describe("Never answer these."),
    available: idsSchema.optional().describe("Answer these alone, such as what is in stock."),
    reasons: z
      .union([z.boolean(), z.literal("full")])
      .default(false)
      .describe("true: the terms of each score; full: also what is behind them."),
    fallback: z
      .boolean()
      .default(true)
      .describe("Whether a yardstick may answer where the model cannot; otherwise the list is empty, with a notice."),
  })
  .refine(namesSomebody, nobody)
  .meta({
    id: "RecommendRequest",
    description: "Name a `user`, a `history`, items to `add`, or several of them.",
    ...NAMES_SOMEBODY,
    examples: [{ user: "4711", count: 10, filter: { categories: ["tea"] }, reasons: true }],
  });

const behindSchema = z
  .discriminatedUnion("kind", [
    z.object({
      kind: z.literal("item"),
      item: itemCardSchema,
      strength: z.number().describe("Comparable within a term."),
      shares: z.array(z.string()),
      text: z.string().optional(),
    }),
    z.object({
      kind: z.literal("user"),
      user: idSchema,
      similarity: z.number().describe("Cosine."),
      shares: z.array(z.string()),
      text: z.string().optional(),
    }),
  ])
  .meta({ id: "Behind" });

export const reasonSchema = z
  .object({
    term: z.string(),
    describes: z.string().describe("What its values are."),
    says: z.string().describe("What it says of this item, in words."),
    adds: z.number().optional().describe("Its part of the score; absent where the score is no sum."),
    typical: z.number().optional().describe("What it adds to items as a rule."),
    ahead: z.number().optional().describe("`adds - typical`: above 0 it speaks for the item."),
    behind: z.array(behindSchema).describe("What it comes from, strongest first; empty unless reasons are full."),
    text: z.string().optional(),
    people: z.number().int().optional(),
    group: z.object({ neighbours: z.number().int(), holders: z.number().int(), expected: z.number() }).optional(),
  })
  .meta({ id: "Reason" });

export const recommendedSchema = z
  .object({
    rank: z.number().int(),
    score: z.number().describe("Comparable within one list."),
    item: itemCardSchema,
    reasons: z.array(reasonSchema).optional(),
  })
  .meta({ id: "Recommended" });

export const recommendationsSchema = z
  .object({
    recommendationId: z.string().describe("Send it back with events, and attribution counts them."),
    run: z.string(),
    modelVersion: z.string().describe("Changes when, and only when, the model does."),
    system: z.string().describe("Who made this list."),
    made: z
      .enum(["model", "history-only", "fallback"])
      .describe("By the model for a user of its training, from a history alone, or by a yardstick."),
    note: z.string().optional(),
    user: idSchema.optional(),
    userVersion: z.string().optional().describe("Changes with each event of the user of a kind that makes a history."),
    items: z.array(recommendedSchema).describe("Best first; fewer than asked only where no more may be answered."),
    notices: z.array(z.string()).describe("What was passed over, and why a list is short."),
  })
  .meta({ id: "Recommendations" });

export const recommendBatchSchema = z.strictObject({
  requests: z.array(recommendSchema).min(1).max(MAX_BATCH).describe("Each as in POST /v1/recommendations."),
});

/** The same as it is checked at the door: its requests are checked one by one. */
export const looseBatchSchema = z.strictObject({ requests: z.array(z.unknown()).min(1).max(MAX_BATCH) });

/** Without the requestId, which all of them share. */
const refusedSchema = z.object({
  error: errorSchema.shape.error.omit({ requestId: true }).extend({
    retryAfter: z.number().int().optional().describe("Seconds after which it is worth asking again."),
  }),
});

export const batchAnswersSchema = z.object({ answers: z.array(z.union([recommendationsSchema, refusedSchema])) });

export const rankSchema = z
  .strictObject({ ...someone, items: idsSchema.min(1).describe("Whose ranks are wanted.") })
  .refine(namesSomebody, nobody)
  .meta(NAMES_SOMEBODY);

export const ranksSchema = z.object({
  run: z.string(),
  modelVersion: z.string(),
  ranks: z.array(
    z.object({
      id: idSchema,
      rank: z.number().int().optional().describe("From 1; absent where the item cannot be answered."),
      score: z.number().optional(),
      of: z.number().int().describe("Items among which the rank is."),
    }),
  ),
  notices: z.array(z.string()),
});

export const explainQuery = z.strictObject({ user: idSchema, item: idSchema, run: runField });

export const explainedSchema = z.object({
  run: z.string(),
  modelVersion: z.string(),
  user: idSchema,
  item: itemCardSchema,
  rank: z.number().int().optional().describe("Among all items that may be answered; absent where it may not."),
  of: z.number().int(),
  score: z.number().optional(),
  reasons: z.array(reasonSchema),
  notices: z.array(z.string()),
});

/** What a caller sends: fields with defaults may be left out. */
export type RecommendRequest = z.input<typeof recommendSchema>;
export type Filter = z.output<typeof filterSchema>;
export type Behind = z.output<typeof behindSchema>;
export type Reason = z.output<typeof reasonSchema>;
export type Recommended = z.output<typeof recommendedSchema>;
export type Recommendations = z.output<typeof recommendationsSchema>;
export type Ranks = z.output<typeof ranksSchema>;
export type Explained = z.output<typeof explainedSchema>;
