// What a dataset's manifest says of the sentences that were read from review files.
import { z } from "zod";

const count = z.int().min(0);

export const explanationFactsSchema = z.object({
  /** Names of the files, without folders. */
  files: z.array(z.string()),
  /** SHA-256 over ids, sentences, features, ratings and parts. */
  hash: z.string(),
  sentences: count,
  withFeature: count,
  withRating: count,
  /** Sentences of each part, where the file divides them itself. */
  parts: z.object({ train: count, valid: count, test: count }).optional(),
  leftOut: z.array(
    z.object({
      reason: z.string(),
      count,
      examples: z.array(z.object({ place: z.string(), text: z.string() })),
    }),
  ),
});

export type ExplanationFacts = z.infer<typeof explanationFactsSchema>;
