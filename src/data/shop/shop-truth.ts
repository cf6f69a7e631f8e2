import { join } from "node:path";
import { z } from "zod";
import { readRecord } from "../../base/records.ts";

const TRUTH = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      signatureTopics: z.array(z.string()),
      groupTasteTopic: z.string(),
      /** Item ids. */
      groupTasteItems: z.array(z.string()),
    }),
  ),
  users: z.array(
    z.object({
      userId: z.string(),
      /** Position in `groups`. */
      group: z.number(),
      /** Topic names. */
      tastes: z.array(z.string()),
      role: z.enum(["shown", "latent", "plain"]),
    }),
  ),
  /** Item id -> topic name. */
  itemTopics: z.record(z.string(), z.string()),
});

/** What was planted in a synthetic shop. For tests and reports; training never reads it. */
export type ShopTruth = z.infer<typeof TRUTH>;

export const TRUTH_FILE = "truth.json";

/** @throws InputError when the dataset is not a synthetic shop. */
export async function readTruth(directory: string): Promise<ShopTruth> {
  return readRecord(join(directory, TRUTH_FILE), TRUTH, { expected: "a planted truth" });
}
