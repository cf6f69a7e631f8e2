// Shapes of what `isrf data inspect --json` and `isrf data import --json` print. src/data/understanding.ts is the type
// of the same record; a test holds the two equal.
import { z } from "zod";

const count = z.int().min(0);
const text = z.string();
const sentences = z.array(text).describe("each one sentence");
const examples = z.array(text).describe("the first few");

const form = z.looseObject({
  format: z.enum(["csv", "tsv", "recbole", "jsonl", "parquet", "p5"]),
  notes: sentences.describe("further words on how the bytes were read, each one sentence"),
  warnings: sentences.optional().describe("what may have been read otherwise than it was meant"),
});

const column = z.looseObject({
  name: text,
  type: text.describe("SQL type that its first cells suggest"),
  meaning: text.optional().describe("what the column was taken for: user, item, timestamp, title, ..."),
  by: z.enum(["option", "name", "cells"]).optional().describe("where the meaning comes from"),
  sure: z.number().min(0).max(1).optional().describe("how sure a recognised meaning is; an option is 1"),
  empty: count.optional().describe("empty cells of the whole column"),
  distinct: count.optional().describe("distinct values of the whole column"),
  isEstimate: z.boolean().optional().describe("whether distinct is an estimate, which errs by a tenth at most"),
});

const leftOut = z.looseObject({
  reason: text.describe('such as "no user id"'),
  count,
  examples: z.array(z.looseObject({ place: text, text })).describe("the first few: where they stand, what they hold"),
});

const times = z.looseObject({
  first: text.describe("ISO 8601, UTC; a bare number where times are a mere order"),
  last: text,
  form: text.describe("how times are written, in words"),
  zone: text.describe("the clocks they were read from, in words"),
  unknown: count.describe("interactions without a time"),
  tied: count.describe("interactions at the very time of another one of the same user"),
  sortedUsers: count.describe("users whose records do not stand in the file oldest first"),
});

const feedback = z.looseObject({
  form: text.optional().describe('how ratings are written, where it is not plain: "decimal comma"'),
  events: z.array(z.looseObject({ name: text, count })).describe("kinds of events that count, with their rows"),
  repeats: count.describe("further rows of pairs that were kept"),
  withdrawn: count.describe("pairs whose last word is no liking"),
  returned: count.describe("pairs that were given back in full"),
});

const ids = z.looseObject({
  distinct: count,
  busiest: z.looseObject({ id: text, interactions: count }).optional().describe("who or what has most interactions"),
});

const join = {
  file: text,
  idColumn: text,
  rows: count,
  joining: count.describe("rows whose id occurs among the interactions"),
  entries: count.describe("items (users) of the interactions that have an entry"),
  without: examples.describe("the first few that have none"),
  alike: z
    .array(z.looseObject({ words: text, count, example: text }))
    .describe("ids that are not equal as written, by what was passed over"),
  unsold: z
    .looseObject({ count, examples, kept: count.optional().describe("of them, items of the dataset all the same") })
    .describe("ids of the file without interactions"),
  repeated: z.looseObject({ count, contradicting: count }).describe("ids with more than one row"),
};

const catalogue = z.looseObject({
  ...join,
  items: count.describe("items of the interactions"),
  with: z
    .looseObject({ title: count, brand: count, price: count, categories: count, description: count })
    .describe("how many of them have each fact"),
  words: z.record(text, text).describe("how cells are read where that was decided"),
  unused: z.array(text).describe("columns that the dataset does not take"),
  hidden: z
    .looseObject({ column: text, count, examples })
    .optional()
    .describe("a column that marks items as not to be shown, and how many it marks"),
});

const userFile = z.looseObject({ ...join, users: count.describe("users of the interactions") });

const counts = z.looseObject({ users: count, items: count, interactions: count });

const filters = z.looseObject({
  kCore: count,
  minLength: count,
  areDefaults: z.boolean().describe("whether nobody set them"),
  before: counts,
  after: counts,
});

const rows = z.looseObject({ read: count, kept: count, leftOut: z.array(leftOut) });

const understood = z.looseObject({
  form,
  columns: z.array(column),
  rows,
  times: times.optional(),
  feedback: feedback.optional(),
  users: ids.optional(),
  items: ids.optional(),
  catalogue: catalogue.optional(),
  userFile: userFile.optional(),
  filters: filters.optional().describe("what the filters take away"),
  warnings: sentences.describe("what may have been misread, or cost more than expected"),
});

export const inspectionShape = z.looseObject({
  file: text,
  format: form.shape.format,
  kind: z.enum(["interactions", "catalogue", "users", "p5", "unknown"]).describe("what a record of the file is"),
  form: form.optional(),
  columns: z.array(column),
  mapping: z.record(text, text).describe('what import would take each column for: { "user": "reviewerID" }'),
  missing: z.array(text).describe("which of user, item and timestamp were not found"),
  rows: z.array(z.record(text, z.unknown())).describe("the first three records"),
  understood: understood.partial().optional().describe("of interactions that can be read, and of a catalogue"),
  refusal: text.optional().describe("what an import of the file would be refused with"),
  warnings: sentences.describe("what may be misread"),
});

export const importShape = z.looseObject({
  directory: text,
  name: text,
  users: count,
  items: count,
  interactions: count,
  densityPercent: z.number(),
  hash: text.describe("SHA-256 over users, items and sequences"),
  explanations: z
    .looseObject({
      files: z.array(text),
      hash: text.describe("SHA-256 over ids, sentences, features, ratings and parts"),
      sentences: count,
      withFeature: count,
      withRating: count,
      parts: z
        .looseObject({ train: count, valid: count, test: count })
        .optional()
        .describe("sentences of each part, where the files divide them"),
      leftOut: z.array(leftOut).describe("records that were left out, by reason"),
    })
    .optional()
    .describe("sentences of review files (--explanations)"),
  understood,
});
