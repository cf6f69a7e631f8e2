// `evaluation.json` and `ranks-QUESTION.HASH.json` in a run's directory.

import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { checkFile, checksumOfText } from "../../base/checksums.ts";
import { InputError } from "../../base/errors.ts";
import { exists, readJson, writeFileAtomic } from "../../base/files.ts";
import { jsonPieces } from "../../base/json-pieces.ts";
import { withLock } from "../../base/lock.ts";
import { readSealedJson, writeSealedJson } from "../../base/sealed-json.ts";
import type { EvaluationRecord, RanksFile, SystemRanks } from "./evaluation-record.ts";
import { evaluationSchema } from "./record-schema.ts";

const RECORD_FILE = "evaluation.json";
/** Writing takes a moment: two evaluations of one run take turns. */
const OTHER_EVALUATION_MS = 30_000;

/**
 * Write the record and the ranks of every question. The record names its files of ranks, whose names come from their
 * content, and is written last, so that readers see the whole old evaluation or the whole new one.
 * @returns The record as it is stored.
 */
export async function writeEvaluation(
  directory: string,
  record: EvaluationRecord,
  all: readonly SystemRanks[],
): Promise<EvaluationRecord> {
  const lock = { command: "isrf evaluate", waitMs: OTHER_EVALUATION_MS };
  return withLock(join(directory, ".evaluation.lock"), lock, async () => {
    const ranks: Record<string, RanksFile> = {};
    for (const question of new Set(all.map((entry) => entry.question))) {
      const systems = all.filter((entry) => entry.question === question);
      ranks[question] = await writeRanks(directory, question, record.fingerprint.hash, systems);
    }
    const stored = { ...record, ranks };
    await writeSealedJson(join(directory, RECORD_FILE), stored);
    await removeOtherRanks(directory, ranks);
    return stored;
  });
}

async function writeRanks(
  directory: string,
  question: string,
  fingerprint: string,
  systems: readonly SystemRanks[],
): Promise<RanksFile> {
  const content = {
    format: 1,
    kind: "ranks",
    fingerprint,
    users: systems[0]!.users,
    itemCounts: systems[0]!.itemCounts,
    systems: Object.fromEntries(systems.map(({ system, ranks: { first, tied } }) => [system, { first, tied }])),
  };
  const sum = checksumOfText(jsonLine(content));
  const file = `ranks-${question}.${sum.sha256.slice(0, 8)}.json`;
  await writeFileAtomic(join(directory, file), jsonLine(content));
  return { file, ...sum };
}

/** Millions of ranks are more than a string holds. */
function* jsonLine(content: unknown): Generator<string> {
  yield* jsonPieces(content);
  yield "\n";
}

/** Those of earlier evaluations, finished or not. */
async function removeOtherRanks(directory: string, ranks: Readonly<Record<string, RanksFile>>): Promise<void> {
  const kept = new Set(Object.values(ranks).map(({ file }) => file));
  for (const name of await readdir(directory))
    if (name.startsWith("ranks-") && !kept.has(name)) await rm(join(directory, name), { force: true });
}

/** @throws InputError when the run was not evaluated or the file is not an evaluation record. */
export async function readEvaluation(directory: string): Promise<EvaluationRecord> {
  const file = join(directory, RECORD_FILE);
  if (!(await exists(file))) {
    throw new InputError({
      where: file,
      found: "no such file",
      expected: "the record of an evaluation",
      todo: again(directory),
    });
  }
  const { value } = await readSealedJson(file, again(directory));
  return parse(evaluationSchema, value, file) as unknown as EvaluationRecord;
}

const ranksShape = z.object({
  format: z.literal(1),
  kind: z.literal("ranks"),
  fingerprint: z.string(),
  users: z.array(z.int()),
  itemCounts: z.array(z.int().min(0)).optional(),
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
  const file = await ranksFile(directory, record, question);
  if (file === undefined) return undefined;
  const { users, itemCounts, systems, fingerprint } = parse(ranksShape, await readJson(file), file);
  const found = systems[system];
  if (found === undefined || fingerprint !== record.fingerprint.hash) return undefined;
  const lists = { ranks: found.first, "numbers of equal ranks": found.tied, itemCounts };
  for (const [what, list] of Object.entries(lists))
    if (list !== undefined && list.length !== users.length)
      throw new InputError({
        where: file,
        found: `${list.length} ${what}`,
        expected: `one for each of ${users.length} users`,
        todo: again(directory),
      });
  return {
    system,
    question,
    users: Int32Array.from(users),
    itemCounts: itemCounts && Int32Array.from(itemCounts),
    ranks: { first: Int32Array.from(found.first), tied: Int32Array.from(found.tied) },
  };
}

/** Undefined when there is none. @throws DamageError for a file that is not what was written. */
async function ranksFile(directory: string, record: EvaluationRecord, question: string): Promise<string | undefined> {
  if (record.ranks === undefined) {
    const file = join(directory, `ranks-${question}.json`);
    return (await exists(file)) ? file : undefined;
  }
  const entry = record.ranks[question];
  if (entry === undefined) return undefined;
  const file = join(directory, entry.file);
  await checkFile(file, entry, again(directory));
  return file;
}

const again = (directory: string): string => `Run: isrf evaluate ${directory}`;

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
