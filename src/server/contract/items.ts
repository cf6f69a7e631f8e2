// The catalogue: searching it, one item, what is like it, new ones.
import { z } from "zod";
import { countSchema, idSchema, itemCardSchema, itemPage, pageFields, runField, wholeNumber } from "./common.ts";

const words = z.string().max(500);

export const itemsQuery = z.strictObject({
  q: words.optional().describe("Words looked for in title, brand, category and id."),
  ...pageFields,
  category: words.optional(),
  brand: words.optional(),
  run: runField,
});

export const itemsSchema = z.object({ items: z.array(itemCardSchema), ...itemPage });

export const textsSchema = z
  .object({
    positive: z.string().describe("Whom it pleases, or what the user likes."),
    negative: z.string(),
    feature: z.string().describe("What is at the core."),
    by: z.string().describe("Who wrote them."),
    written: z
      .enum(["steps", "one call", "rules"])
      .optional()
      .describe(
        "steps: each told the ones before it; one call: all in one reply; rules: each by itself. Absent where one was " +
          "changed since, or texts were adapted from others'.",
      ),
  })
  .meta({ id: "Texts" });

export const itemSchema = itemCardSchema
  .extend({
    attributes: z.record(z.string(), z.string()),
    texts: textsSchema.optional(),
    holders: z.object({
      total: z
        .number()
        .int()
        .describe("Users who have it, by training and events; of a much wanted item, as counted a while ago."),
      users: z.array(idSchema).describe("The first 20."),
    }),
    events: z.number().int().describe("Stored events about it."),
  })
  .meta({ id: "Item" });

export const similarQuery = z.strictObject({
  count: countSchema,
  by: z.enum(["model", "co-occurrence", "texts"]).optional().describe("Absent: model where it has vectors."),
  run: runField,
});

export const similarSchema = z.object({
  item: itemCardSchema,
  by: z.enum(["model", "co-occurrence", "texts"]),
  items: z.array(z.object({ rank: z.number().int(), similarity: z.number(), item: itemCardSchema })),
});

export const putItemSchema = z
  .strictObject({
    title: z.string().min(1).max(2000),
    brand: words.optional(),
    price: z.number().optional(),
    categories: z.array(words).max(50).optional().describe("Widest first."),
    description: z.string().max(50_000).optional(),
    attributes: z.record(z.string().max(200), z.string().max(2000)).optional(),
  })
  .meta({ id: "PutItem", examples: [{ title: "Oolong tea, 100 g", brand: "Opal", categories: ["tea"], price: 7.9 }] });

export const popularQuery = z.strictObject({ count: countSchema, category: words.optional(), run: runField });

export const trendingQuery = z.strictObject({
  count: countSchema,
  days: wholeNumber(1, 3650).default(30).describe("Counted over so many days before the newest interaction."),
  category: words.optional(),
  run: runField,
});

export const popularSchema = z.object({
  items: z.array(
    z.object({
      rank: z.number().int(),
      item: itemCardSchema,
      count: z
        .number()
        .describe("Popular: users who have it. Trending: how often it was taken, by events once a user."),
      before: z.number().optional().describe("As many days earlier."),
    }),
  ),
  since: z.string().optional(),
  until: z.string().optional(),
});

export type Texts = z.output<typeof textsSchema>;
export type Item = z.output<typeof itemSchema>;
export type SimilarItems = z.output<typeof similarSchema>;
export type PutItem = z.input<typeof putItemSchema>;
export type Popular = z.output<typeof popularSchema>;
