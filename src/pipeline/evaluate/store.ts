// `evaluation.json` and `ranks-QUESTION.json` in a run's directory.
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../base/errors.ts";
import { exists, readJson, writeFileAtomic, writeJsonAtomic } from "../../base/files.ts";
import type { EvaluationRecord, SystemRanks } from "./evaluation-record.ts";
import { evaluationSchema } from "./record-schema.ts";

const RECORD_FILE = "evaluation.json";

/** Write the record, and the ranks of every question in one file each; each file is replaced as a whole. */
export async function writeEvaluation(
  directory: string,
  record: EvaluationRecord,
  all: readonly SystemRanks[],
): Promise<void> {
  for (const question of new Set(all.map((entry) => entry.question))) {
    const systems = all.filter((entry) => entry.question === question);
    const content = {
      format: 1,
      kind: "ranks",
      fingerprint: record.fingerprint.hash,
      users: [...systems[0]!.users],
      systems: Object.fromEntries(
        systems.map(({ system, ranks }) => [system, { first: [...ranks.first], tied: [...ranks.tied] }]),
      ),
    };
    await writeFileAtomic(ranksPath(directory, question), `${JSON.stringify(content)}\n`);
  }
  await writeJsonAtomic(join(directory, RECORD_FILE), record);
}

/** @throws InputError when the run was not evaluated or the file is not an evaluation record. */
export async function readEvaluation(directory: string): Promise<EvaluationRecord> {
  const file = join(directory, RECORD_FILE);
  if (!(await exists(file))) {
    const todo = `Run: isrf evaluate ${directory}`;
    throw new InputError({ where: file, found: "no such file", expected: "the record of an evaluation", todo });
  }
  return parse(evaluationSchema, await readJson(file), file) as unknown as EvaluationRecord;
}

const ranksShape = z.object({
  format: z.literal(1),
  kind: z.literal("ranks"),
  fingerprint: z.string(),
  users: z.array(z.int()),
  systems: z.record(z.string(), z.object({ first: z.array(z.int()), tied: z.array(z.int()) })),
});

export interface RanksSource {
  readonly directory: string;
  /** What `readEvaluation` found there. */
  readonly record: EvaluationRecord;
  /** `sequential`, `direct-uniform` or `direct-popularity`. */
  readonly question: string;
  /** Default: the evaluated system itself. */
  readonly system?: string | undefined;
}

/**
 * Ranks of one system, or undefined when `record`'s evaluation did not put this question to it (a file that
 * an earlier evaluation left has another fingerprint). @throws InputError for a damaged file.
 */
export async function readRanks(source: RanksSource): Promise<SystemRanks | undefined> {
  const { directory, record, question, system = record.system } = source;
  const file = ranksPath(directory, question);
  if (!(await exists(file))) return undefined;
  const { users, systems, fingerprint } = parse(ranksShape, await readJson(file), file);
  const found = systems[system];
  if (found === undefined || fingerprint !== record.fingerprint.hash) return undefined;
  if (found.first.length !== users.length || found.tied.length !== users.length) {
    throw new InputError({
      where: file,
      found: `${found.first.length} ranks`,
      expected: `one for each of ${users.length} users`,
    });
  }
  const ranks = { first: Int32Array.from(found.first), tied: Int32Array.from(found.tied) };
  return { system, question, users: Int32Array.from(users), ranks };
}

function ranksPath(directory: string, question: string): string {
  return join(directory, `ranks-${question}.json`);
}

function parse<T>(shape: z.ZodType<T>, value: unknown, file: string): T {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const found = z.prettifyError(result.error).split("\n")[0]!;
  throw new InputError({
    where: file,
    found,
    expected: "a file that isrf evaluate wrote",
    todo: "Evaluate the run again.",
  });
}
