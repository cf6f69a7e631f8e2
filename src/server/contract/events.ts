// What people did: recorded durably, and what came of recommendations.
import { z } from "zod";
import { idSchema, itemPage, pageFields, storable, timeSchema } from "./common.ts";

export const MAX_EVENTS = 1000;

export const eventSchema = z
  .strictObject({
    id: storable(200)
      .optional()
      .describe("Sent twice, it counts once; absent: a hash of the rest, or without `at` a new one each time."),
    user: idSchema,
    item: idSchema,
    kind: storable(50).default("purchase").describe("view, click, cart, purchase, rating, or a word of your own."),
    at: timeSchema.optional().describe("Absent: now. More than a day ahead of the server's clock it is refused (409)."),
    value: z.number().optional().describe("Such as a rating or a price."),
    recommendationId: storable(200).optional().describe("Of the answer that showed the item."),
  })
  .meta({ id: "Event", examples: [{ user: "4711", item: "B0001", kind: "click" }] });

export const recordSchema = z.union([
  eventSchema,
  z.strictObject({ events: z.array(eventSchema).min(1).max(MAX_EVENTS) }),
]);

/** The same as it is checked at the door: events are checked one by one. */
export const looseRecordSchema = z.union([
  z.strictObject({ events: z.array(z.unknown()).min(1).max(MAX_EVENTS) }),
  z.looseObject({ user: z.unknown(), events: z.never().optional() }),
]);

export const recordedSchema = z
  .object({
    accepted: z.number().int(),
    duplicates: z.number().int().describe("Known already; they count once."),
    rejected: z.array(z.object({ index: z.number().int(), message: z.string() })),
  })
  .meta({ id: "Recorded" });

export const eventsQuery = z.strictObject({ user: idSchema.optional(), ...pageFields });

export const storedEventSchema = z
  .object({
    id: z.string(),
    user: idSchema,
    item: idSchema,
    kind: z.string(),
    at: z.string(),
    value: z.number().optional(),
    recommendationId: z.string().optional(),
    received: z.string(),
  })
  .meta({ id: "StoredEvent" });

export const eventsSchema = z.object({
  events: z.array(storedEventSchema).describe("Newest first."),
  nextCursor: itemPage.nextCursor,
});

export const attributionQuery = z.strictObject({
  since: timeSchema.optional(),
  until: timeSchema.optional(),
  by: z.enum(["run", "system", "made"]).default("run"),
});

export const rateSchema = z
  .object({ value: z.number(), low: z.number(), high: z.number() })
  .meta({ id: "Rate", description: "Share of answers, with a 95 % Wilson interval." });

export const attributionSchema = z
  .object({
    groups: z.array(
      z.object({
        name: z.string(),
        answers: z.number().int().describe("Answers given."),
        shown: z.number().int().describe("Items in them."),
        clicks: z.number().int().describe("Answers with a click on one of their items."),
        purchases: z.number().int(),
        clickRate: rateSchema,
        purchaseRate: rateSchema,
      }),
    ),
    pairs: z
      .array(
        z.object({
          a: z.string(),
          b: z.string(),
          clickRate: rateSchema.describe("Rate of a minus rate of b, with a 95 % interval."),
          purchaseRate: rateSchema,
        }),
      )
      .describe("Differences between groups."),
  })
  .meta({ id: "Attribution" });

/** What a caller sends. */
export type Event = z.input<typeof eventSchema>;
export type StoredEvent = z.output<typeof storedEventSchema>;
export type Recorded = z.output<typeof recordedSchema>;
export type Attribution = z.output<typeof attributionSchema>;
