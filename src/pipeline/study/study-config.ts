// What a study is made of, as a settings file says it: systems x seeds x data sets, and a tuning budget that is the
// same for every system.
import { z } from "zod";
import { UsageError } from "../../base/errors.ts";
import { DATA_SEED, WORK_SEED } from "../../base/seeds.ts";
import { studySettings } from "./settings.ts";

const settings = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const systemSchema = z.strictObject({
  /** Name in `isrf models`. */
  model: z.string(),
  /** Name of the row. Default: the model. */
  label: z
    .string()
    .regex(/^[\w.+-]+$/, "letters, digits, dots, plus and minus signs")
    .optional(),
  preset: z.string().optional(),
  /** Option values over the preset's. */
  set: settings.default({}),
  /** Option values over `set`, one record per trial. Default: learning rates of 1, 3 and 1/3 times the preset's. */
  grid: z.array(settings).min(1).optional(),
  /** Fewer than the study's, where one system costs too much. Never more: nobody is tuned longer than the others. */
  trials: z.int().min(1).optional(),
  /** Some of the study's, its first among them, where one system costs too much. Default: all. */
  seeds: z.array(z.int()).min(1).optional(),
  /** Name of the vectors that it reads. Default: the study's. */
  embeddings: z.string().optional(),
  /** Label of a graph system of this study, whose run of the same seed is fused with texts and neighbours. */
  fuse: z.string().optional(),
});

const datasetSchema = z.strictObject({
  name: z.string().regex(/^[\w.-]+$/, "letters, digits, dots and minus signs"),
  /** A P5 folder, imported into the study's own folder. */
  p5: z.string().optional(),
  /** Review files of that folder, whose sentences the third task learns. */
  explanations: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
  domain: z.string().optional(),
  /** A synthetic shop. */
  synth: z.strictObject({ users: z.int(), items: z.int(), seed: z.int().default(DATA_SEED) }).optional(),
});

export type SystemConfig = z.infer<typeof systemSchema>;
export type DatasetConfig = z.infer<typeof datasetSchema>;

export interface StudyConfig
  extends Pick<z.output<typeof studySettings>, "seeds" | "trials" | "protocol" | "minutes" | "embeddings" | "users"> {
  readonly systems: readonly SystemConfig[];
  /** A directory, or what to make one from. */
  readonly datasets: readonly (string | DatasetConfig)[];
  /** Preset of systems that name none. */
  readonly preset: string;
}

const { seeds, trials, protocol, minutes, embeddings, users } = studySettings.parse({});

/** What `isrf study compare` runs without a settings file: a few minutes on two cores. */
export const DEFAULT_STUDY: StudyConfig = {
  ...{ seeds, trials, protocol, minutes, embeddings, users },
  systems: [
    { model: "isrf", set: { epochs: 4, warmStartEpochs: 20 } },
    { model: "sasrec", set: {} },
    { model: "lightgcn", set: {}, fuse: "lightgcn" },
  ],
  datasets: [{ name: "synthetic-shop", synth: { users: 400, items: 240, seed: WORK_SEED } }],
  preset: "tiny",
};

/** A system as a word or a record. @throws UsageError for a record that does not fit. */
export function readSystem(given: unknown): SystemConfig {
  if (typeof given === "string") return { model: given, set: {} };
  return parse(systemSchema, given, "system");
}

/** A data set as a directory or a record. @throws UsageError for a record that does not fit. */
export function readDataset(given: unknown): string | DatasetConfig {
  if (typeof given === "string") return given;
  const dataset = parse(datasetSchema, given, "dataset");
  if ((dataset.p5 === undefined) === (dataset.synth === undefined))
    throw new UsageError(`study: dataset ${dataset.name}: expected either p5 or synth.`);
  if (dataset.explanations !== undefined && dataset.p5 === undefined)
    throw new UsageError(
      `study: dataset ${dataset.name}: explanations are review files of a p5 folder, and it has none.`,
    );
  return dataset;
}

function parse<T>(schema: z.ZodType<T>, given: unknown, what: string): T {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const found = z.prettifyError(parsed.error).replaceAll("\n", " ");
  throw new UsageError(`study: ${what} ${JSON.stringify(given)}: ${found}`);
}
