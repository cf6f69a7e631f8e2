// What lies beside the served runs: studies, audits, texts that were reasoned, how the data were understood.
import { z } from "zod";
import { idSchema, pageFields, runField, timeSchema } from "./common.ts";
import { textsSchema } from "./items.ts";

export const projectsSchema = z.object({
  studies: z.array(z.object({ name: z.string(), directory: z.string() })),
  trainings: z
    .array(z.object({ name: z.string(), directory: z.string(), running: z.boolean() }))
    .describe("Runs beside the served ones; running: a training writes there now. Their curves can be asked for."),
  audits: z.array(z.object({ run: z.string() })).describe("Served runs whose model was audited."),
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
export const auditSchema = z.object({
  run: z.string(),
  audit: stored,
  fits: z.boolean().describe("false: another model was audited than the one that answers; audit it again."),
});

const subjectSchema = z.enum(["item", "user"]);

export const chainsQuery = z.strictObject({
  subject: subjectSchema.default("item"),
  id: idSchema.optional().describe("One subject alone."),
  ...pageFields,
  run: runField,
});

const askedSchema = z
  .object({
    calls: z.number().int().describe("Calls to whoever reasons, of earlier prompts and models too."),
    failed: z.number().int().describe("Questions that were never answered."),
    promptTokens: z.number().int(),
    cachedTokens: z.number().int().optional().describe("Of them, those that the server said it had in its cache."),
    completionTokens: z.number().int(),
    seconds: z.number(),
    flaws: z.array(z.string()).describe("What was wrong with replies that had to be asked for again."),
  })
  .meta({ id: "Asked" });

const stepSchema = z.enum(["positive", "negative", "feature"]).describe("In the order in which they are written.");
/** The pattern says in the document what trimming makes of a name of blanks alone. */
const byField = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/[^\s\uFEFF]/, "expected a name, found blanks alone")
  .describe("Who wants it, as the record of changes will say.");

const revisionSchema = z
  .object({
    step: stepSchema,
    how: z.enum(["edited", "asked again"]),
    by: z.string().describe("Who wanted it."),
    writer: z.string().optional().describe("Who wrote the text, where it was asked for."),
    at: timeSchema,
    text: z.string(),
    former: z.string().describe("The text that stood there before."),
    stands: z.boolean().describe("Whether this is the text that is read now."),
  })
  .meta({ id: "Revision" });

const askingSchema = z
  .object({
    state: z.enum(["asking", "done", "failed"]),
    by: z.string(),
    since: timeSchema,
    step: stepSchema.optional().describe("The text that is asked for at the moment."),
    writer: z.string().optional(),
    changed: z.array(stepSchema).optional().describe("Texts that are others now."),
    failure: z.string().optional().describe("Why the texts are as they were."),
  })
  .meta({ id: "Asking" });

const missedSchema = z
  .object({
    check: z.string().describe("As `isrf reason judge` names it."),
    expected: z.string().describe("What holds of texts that pass."),
  })
  .meta({ id: "MissedCheck" });

export const chainSchema = z
  .object({
    id: idSchema,
    title: z.string().optional(),
    texts: textsSchema,
    data: z
      .string()
      .optional()
      .describe("What whoever wrote the texts was told: an item's catalogue data, or a user's history."),
    missed: z
      .array(missedSchema)
      .optional()
      .describe("Checks by rule that the texts fail as they stand; absent where one was never written."),
    asked: askedSchema.optional().describe("What the texts took; absent where no journal holds it."),
    revisions: z.array(revisionSchema).describe("What was changed since, the newest first."),
    asking: askingSchema.optional().describe("The last time that this server asked for the texts again."),
  })
  .meta({ id: "Chain" });

const standingSchema = z
  .object({
    isFixed: z.string().optional().describe("Why texts cannot be changed here; absent where they can."),
    stale: z.number().int().describe("Texts that were changed since the vectors were made from them."),
    todo: z.array(z.string()).describe("Commands that bring vectors and model up to the texts; none: they are."),
  })
  .meta({ id: "Standing" });

export const chainsSchema = z.object({
  subject: subjectSchema,
  chains: z.array(chainSchema),
  standing: standingSchema,
  total: z.number().int(),
  nextCursor: z.string().optional(),
});

export const chainPath = z.strictObject({ subject: subjectSchema, id: idSchema });

export const editChainSchema = z.strictObject({
  step: stepSchema,
  text: z.string().min(1).max(5000).describe("One paragraph."),
  former: z.string().max(20_000).describe("The text that was seen there; another one by now is a conflict."),
  by: byField,
  run: runField,
});

export const askChainSchema = z.strictObject({
  from: stepSchema.default("positive").describe("The first text to be asked for; those before it stay."),
  by: byField,
  run: runField,
});

export const changedChainSchema = z.object({ chain: chainSchema, standing: standingSchema });

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
export type Chain = z.output<typeof chainSchema>;
export type ChangedChain = z.output<typeof changedChainSchema>;
export type Chains = z.output<typeof chainsSchema>;
export type DatasetReply = z.output<typeof datasetSchema>;
