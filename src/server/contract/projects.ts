// What lies beside the served runs: studies, audits, texts that were reasoned, how the data were understood.
import { z } from "zod";
import { idSchema, pageFields, runField } from "./common.ts";
import { textsSchema } from "./items.ts";

export const projectsSchema = z.object({
  studies: z.array(z.object({ name: z.string(), directory: z.string() })),
  audits: z.array(z.object({ run: z.string() })).describe("Served runs that were audited."),
  chains: z.array(z.object({ run: z.string() })).describe("Served runs whose texts can be read."),
  datasets: z.array(z.object({ run: z.string(), name: z.string(), directory: z.string() })),
});

/** Files of other commands, as they wrote them: their own schemas stand in docs/json. */
const stored = z.record(z.string(), z.unknown());

export const studySchema = z.object({
  name: z.string(),
  directory: z.string(),
  results: stored.describe("study.json and, once systems were compared, comparison.json."),
});
export const auditSchema = z.object({ run: z.string(), audit: stored });

export const chainsQuery = z.strictObject({
  subject: z.enum(["item", "user"]).default("item"),
  id: idSchema.optional().describe("One subject alone."),
  ...pageFields,
  run: runField,
});

const askedSchema = z
  .object({
    calls: z.number().int().describe("Calls to whoever reasons, of earlier prompts and models too."),
    failed: z.number().int().describe("Questions that were never answered."),
    promptTokens: z.number().int(),
    completionTokens: z.number().int(),
    seconds: z.number(),
    flaws: z.array(z.string()).describe("What was wrong with replies that had to be asked for again."),
  })
  .meta({ id: "Asked" });

export const chainsSchema = z.object({
  subject: z.enum(["item", "user"]),
  chains: z.array(
    z.object({
      id: idSchema,
      title: z.string().optional(),
      texts: textsSchema,
      asked: askedSchema.optional().describe("What the texts took; absent where no journal holds it."),
    }),
  ),
  total: z.number().int(),
  nextCursor: z.string().optional(),
});

export const datasetQuery = z.strictObject({ run: runField });

export const datasetSchema = z.object({
  name: z.string(),
  directory: z.string(),
  hash: z.string(),
  counts: z.object({ users: z.number().int(), items: z.number().int(), interactions: z.number().int() }),
  manifest: stored.describe("As `isrf data import` wrote it."),
  understood: stored.optional().describe("How the import read its files."),
});

export type Projects = z.output<typeof projectsSchema>;
export type Study = z.output<typeof studySchema>;
export type AuditReply = z.output<typeof auditSchema>;
export type Chains = z.output<typeof chainsSchema>;
export type DatasetReply = z.output<typeof datasetSchema>;
