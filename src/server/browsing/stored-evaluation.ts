// What `isrf evaluate` stored of a run, for people who look at it.
import { join } from "node:path";
import { z } from "zod";
import { exists, readJson } from "../../base/files.ts";
import type { Run, RunSummary } from "../contract/index.ts";

const metric = z.object({ value: z.number(), low: z.number(), high: z.number() });
const recordSchema = z.object({
  system: z.string(),
  modelVersion: z.string().optional(),
  split: z.enum(["valid", "test"]),
  users: z.object({ evaluated: z.number(), total: z.number() }),
  tasks: z.array(
    z.object({
      task: z.string(),
      among: z.string().optional(),
      candidates: z.string().optional(),
      systems: z.array(z.object({ name: z.string(), metrics: z.record(z.string(), metric) })),
    }),
  ),
});

export interface StoredEvaluation {
  /** Of the run's own system. */
  readonly metrics: NonNullable<RunSummary["metrics"]>;
  readonly measuredOn: NonNullable<RunSummary["measuredOn"]>;
  readonly evaluation: NonNullable<Run["evaluation"]>;
}

/** Undefined where the model `version` was not evaluated, as far as the record says which it was, or files are gone. */
export async function storedEvaluation(directory: string, version: string): Promise<StoredEvaluation | undefined> {
  const path = join(directory, "evaluation.json");
  if (!(await exists(path))) return undefined;
  const parsed = recordSchema.safeParse(await readJson(path).catch(() => undefined));
  if (!parsed.success) return undefined;
  const { system, modelVersion = version, split, users, tasks } = parsed.data;
  if (modelVersion !== version) return undefined;
  const evaluation = tasks.map(({ systems, ...asked }) => ({ questions: questionWords(asked), systems }));
  const own = evaluation.flatMap(({ questions, systems }) => {
    const found = systems.find(({ name }) => name === system);
    return found === undefined ? [] : [[questions, found.metrics] as const];
  });
  return { metrics: Object.fromEntries(own), measuredOn: { split, users }, evaluation };
}

type Asked = Pick<z.output<typeof recordSchema>["tasks"][number], "task" | "among" | "candidates">;

/** Never the same for two questions: such as "sequential", "sequential, cold items", "direct, uniform candidates". */
function questionWords({ task, among, candidates }: Asked): string {
  const drawn = candidates === undefined ? undefined : `${candidates} candidates`;
  return [task, among, drawn].filter((words) => words !== undefined).join(", ");
}
