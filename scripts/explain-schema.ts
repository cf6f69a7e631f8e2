// The shape of what `isrf explain --json` prints.
import { z } from "zod";

const count = z.int().min(0);
const share = z.number().min(0).max(1);
const words = z.array(z.string());

const item = z.looseObject({
  itemId: z.string(),
  title: z.string(),
  category: z.string().optional(),
  brand: z.string().optional(),
  price: z.number().optional(),
});

const behind = z.union([
  z.looseObject({
    kind: z.literal("item"),
    item,
    strength: z.number().describe("comparable within a term"),
    shares: words.describe("category, brand, price tier and title words of both items"),
    text: z.string().optional().describe("term text: what was reasoned to be at the item's core"),
  }),
  z.looseObject({
    kind: z.literal("user"),
    userId: z.string(),
    similarity: z.number().describe("cosine of both users' texts"),
    shares: words.describe("what both users like"),
    text: z.string().optional().describe("what was reasoned to be at that user's core"),
  }),
]);

const term = z.looseObject({
  name: z.string().describe("such as neighbours"),
  describes: z.string().describe("what its values are"),
  says: z.string().describe("what it says of this item, in words"),
  adds: z.number().describe("its part of the score"),
  typical: z.number().describe("mean of its part over the pool; 0 for terms of which 0 says that nothing is known"),
  ahead: z.number().describe("adds - typical: above 0 it speaks for the item, below 0 against it"),
  behind: z.array(behind).describe("what it comes from, strongest first; empty where that cannot be named"),
  group: z
    .object({ neighbours: count, holders: count, expected: z.number() })
    .optional()
    .describe(
      "term group: how many similar users have the item, and how many would if they were anybody; absent for somebody new",
    ),
  text: z.string().optional().describe("term text: what was reasoned to be at the item's core"),
  people: count.optional().describe("term popularity: how many people have the item in training"),
});

const interests = z.looseObject({
  categories: words,
  individual: z.array(share),
  group: z.array(share).optional().describe("absent where the model reads no similar users"),
  note: z.string(),
});

const user = {
  user: z.string(),
  task: z.literal("sequential"),
  system: z.string(),
  history: z.array(item).describe("oldest first"),
  texts: z
    .looseObject({ positive: z.string(), negative: z.string(), feature: z.string(), by: z.string() })
    .optional()
    .describe("what was reasoned about the user, and by whom"),
  pool: z.string().describe("what the recommended items are compared with, in words"),
};

const byEvidence = z
  .looseObject({
    kind: z.literal("evidence"),
    ...user,
    recommendations: z.array(
      z.looseObject({
        rank: count,
        item,
        score: z.number().describe("the sum of what the terms add"),
        typicalScore: z.number().describe("the sum of the terms' typical"),
        terms: z.array(term),
      }),
    ),
    interests: interests.optional(),
  })
  .describe("of a model whose scores are sums of named terms");

const byInterests = z
  .looseObject({
    kind: z.literal("interests"),
    ...user,
    carries: z.object({ individual: z.boolean(), group: z.boolean() }),
    note: z.string().optional(),
    recommendations: z.array(
      z.looseObject({
        rank: count,
        item,
        score: z.number(),
        individual: z.array(z.looseObject({ item, sharedFeatures: words, strength: z.number() })),
        group: z.array(
          z.looseObject({ userId: z.string(), similarity: z.number(), shares: words, bought: z.array(item) }),
        ),
        support: z.looseObject({
          neighbours: count,
          bought: count,
          boughtAlike: count,
          shareOfAll: share,
          shareOfAllAlike: share,
          isSupport: z.boolean().describe("whether a count is more than so many users of all would have"),
        }),
        ranks: z
          .looseObject({
            pool: count,
            actual: count,
            withoutIndividual: count.optional(),
            withoutGroup: count.optional(),
          })
          .optional(),
        moved: z.looseObject({ by: z.enum(["individual", "group", "both", "neither"]), detail: z.string() }),
      }),
    ),
    interests,
  })
  .describe("of a model that is asked again without pieces of the question");

const written = z
  .looseObject({
    user: z.string(),
    item: z.string(),
    system: z.string(),
    sentence: z.string().describe("empty where the model ended it at once"),
    decoding: z.looseObject({ beams: count, leastTokens: count, mostTokens: count }),
  })
  .describe("with --generate: a sentence that the model writes");

export const explanationShape = z.union([byEvidence, byInterests, written]);
