// What requests and answers have in common.
import { z } from "zod";

/** What ids may be: whatever the shop calls things, within reason. */
export const MAX_ID_LENGTH = 512;
export const MAX_COUNT = 200;
export const MAX_PAGE = 500;
/** Items of a history, of an exclude list or of a list of candidates. */
export const MAX_ITEMS = 20_000;

/** Words that are stored: PostgreSQL has no place for U+0000. */
export const storable = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is refused.
    .regex(/^[^\u0000]*$/, "expected no character U+0000");

export const idSchema = storable(MAX_ID_LENGTH).describe(
  "As the shop calls it, in any script; in paths percent-encoded.",
);

export const idsSchema = z.array(idSchema).max(MAX_ITEMS);

export const timeSchema = z.iso.datetime({ offset: true }).describe("ISO 8601 with Z or an offset.");

/** Numbers of query strings arrive as words. */
export const wholeNumber = (least: number, most: number) => z.coerce.number<number>().int().min(least).max(most);

export const countSchema = wholeNumber(1, MAX_COUNT).default(10).describe("How many are wanted.");

/** One page of a longer list. */
export const pageFields = {
  cursor: z
    .string()
    .regex(/^[0-9]{1,15}$/, "expected the nextCursor of a page")
    .optional()
    .describe("`nextCursor` of the page before; beyond the end a page is empty."),
  limit: wholeNumber(1, MAX_PAGE).default(50).describe("Entries of a page."),
};

export const runField = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .describe("Name of the run that is asked; absent: by the A/B split, or the first one.");

export const itemCardSchema = z
  .object({
    id: idSchema,
    title: z.string().optional(),
    brand: z.string().optional(),
    price: z.number().optional(),
    categories: z.array(z.string()).optional().describe("Widest first."),
    description: z.string().optional(),
    seen: z.number().int().describe("Interactions in training."),
    origin: z.enum(["trained", "added"]).describe("Whether the run's training knew it, or it came later."),
    isRemoved: z.boolean().optional().describe("Never recommended until it is put back."),
  })
  .meta({ id: "ItemCard" });

export const itemPage = { total: z.number().int(), nextCursor: z.string().optional() };

/** Error codes and their HTTP status. */
export const ERRORS = {
  bad_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  too_large: 413,
  too_many: 429,
  internal: 500,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof ERRORS;

const CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

export const errorSchema = z
  .object({
    error: z.object({
      code: z.enum(CODES),
      message: z.string().describe("What was found and what was expected."),
      todo: z.string().optional().describe("What to do about it."),
      at: z.string().optional().describe("The field it is about, such as `requests[3].count`."),
      requestId: z.string().describe("As in the header x-request-id."),
    }),
  })
  .meta({ id: "Error" });

export type ItemCard = z.output<typeof itemCardSchema>;
export type ErrorReply = z.output<typeof errorSchema>;
