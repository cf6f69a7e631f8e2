// What a case of test/imports says, and reading it.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const words = z.array(z.string());
const id = z.union([z.string(), z.number()]).transform(String);

const DATASET = z.strictObject({
  users: z.number().optional(),
  items: z.number().optional(),
  interactions: z.number().optional(),
  histories: z.record(z.string(), z.array(id)).optional(),
  catalogue: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  ratings: z.record(z.string(), z.number()).optional(),
  absent: z.array(id).optional(),
});

const CASE = z.strictObject({
  title: z.string(),
  import: z.array(id).optional(),
  inspect: z.array(id).optional(),
  expect: z.strictObject({
    dataset: DATASET.optional(),
    mapping: z.record(z.string(), z.string()).optional(),
    says: words.optional(),
    lacks: words.optional(),
    refused: words.optional(),
  }),
});

export type Case = z.infer<typeof CASE>;
export type ExpectedDataset = z.infer<typeof DATASET>;

export async function readCase(directory: string): Promise<Case> {
  return CASE.parse(parse(await readFile(join(directory, "case.yaml"), "utf8")));
}
