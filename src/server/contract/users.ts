// Users: searching them, one of them, and groups of users who are alike.
import { z } from "zod";
import { idSchema, itemCardSchema, itemPage, pageFields, runField } from "./common.ts";
import { textsSchema } from "./items.ts";

const segmentId = z.string().min(1).max(100);

export const usersQuery = z.strictObject({
  q: z.string().max(500).optional().describe("Part of an id."),
  ...pageFields,
  segment: segmentId.optional(),
  run: runField,
});

export const userEntrySchema = z
  .object({
    id: idSchema,
    interactions: z.number().int(),
    lastAt: z.string().optional(),
    segment: segmentId.optional(),
  })
  .meta({ id: "UserEntry" });

export const usersSchema = z.object({ users: z.array(userEntrySchema), ...itemPage });

export const userSchema = z
  .object({
    id: idSchema,
    known: z.boolean().describe("Whether the run's training knew the user."),
    version: z.string().describe("Changes with each event of a kind that makes a history."),
    history: z
      .array(
        z.object({
          item: itemCardSchema,
          at: z.string().optional(),
          source: z.enum(["training", "held-out", "event"]),
          kind: z.string().optional().describe("Of an event."),
        }),
      )
      .describe("Oldest first; an item that was taken again stands at its last place alone."),
    texts: textsSchema.optional(),
    similar: z.array(z.object({ user: idSchema, similarity: z.number(), shares: z.array(z.string()) })),
    segment: segmentId.optional(),
    interests: z
      .object({
        individual: z.array(itemCardSchema).describe("Items nearest to the user's own interest."),
        group: z
          .array(itemCardSchema)
          .optional()
          .describe("Items nearest to that of the similar users; absent where the model reads none."),
        categories: z
          .array(z.object({ category: z.string(), individual: z.number(), group: z.number().optional() }))
          .describe("Affinity of both to the categories of the catalogue, from 0 to 1."),
      })
      .optional(),
  })
  .meta({ id: "User" });

export const runQuery = z.strictObject({ run: runField });

export const segmentSchema = z
  .object({
    id: segmentId,
    size: z.number().int(),
    title: z.string().describe("What its users have most above all others."),
    shares: z.array(z.object({ what: z.string(), share: z.number(), shareOfAll: z.number() })),
    items: z.array(z.object({ item: itemCardSchema, share: z.number(), shareOfAll: z.number() })),
    centre: z.object({ x: z.number(), y: z.number() }).describe("Place on the map, from -1 to 1."),
  })
  .meta({ id: "Segment" });

export const segmentsSchema = z.object({
  segments: z.array(segmentSchema),
  links: z.array(z.object({ a: segmentId, b: segmentId, similarity: z.number() })),
  by: z.string().describe("What users are compared by."),
  note: z.string().describe("How well the groups are told apart."),
});

export const segmentQuery = z.strictObject({ ...pageFields, run: runField });

export const segmentUsersSchema = z.object({
  segment: segmentSchema,
  users: z.array(userEntrySchema),
  ...itemPage,
});

export type UserEntry = z.output<typeof userEntrySchema>;
export type User = z.output<typeof userSchema>;
export type Segment = z.output<typeof segmentSchema>;
export type Segments = z.output<typeof segmentsSchema>;
