// `questions.parquet` and `cold-items.parquet`: what the evaluation of a split dataset asks, each question with its
// history and negatives, so that nothing of it need be worked out from sequences that training does not have.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { InputError } from "../../base/errors.ts";
import { candidateDamage, candidatesHash } from "../candidates.ts";
import type { CandidateKind, Candidates, Dataset, SplitName } from "../dataset.ts";
import { drawCandidates, negativesPerUser } from "../draw-candidates.ts";
import { fileTable, literal, readInt32Columns, readRows, withDatabase, writeParquet } from "../duckdb.ts";
import { readTable } from "../read-table.ts";
import { translate } from "../renumber.ts";
import type { PlannedQuestion } from "./split-plan.ts";

const QUESTIONS = "questions.parquet";
const COLD_ITEMS = "cold-items.parquet";
const SPLITS: readonly SplitName[] = ["valid", "test"];

/** Whom an evaluation may ask what, by place. */
export interface HeldOutQuestions {
  readonly split: SplitName;
  /** External ids. */
  readonly users: readonly string[];
  /** userIndex; -1 for somebody who is in no training. */
  readonly userIndices: Int32Array;
  /** Item indices, oldest first. */
  readonly histories: readonly Int32Array[];
  readonly targets: Int32Array;
}

export interface QuestionsToWrite {
  readonly questions: readonly PlannedQuestion[];
  readonly coldItems?: Int32Array | undefined;
  /** By position in the catalogue of the plan. */
  readonly newNumber: Int32Array;
  /** Training prefixes of the new dataset, in new numbers: popular negatives are drawn from them. */
  readonly prefixes: readonly Int32Array[];
  /** Item indices that negatives are drawn among. */
  readonly pool: Int32Array;
}

/** Write both files into a dataset's directory. */
export async function writeQuestions(
  directory: string,
  { questions, coldItems, newNumber, prefixes, pool }: QuestionsToWrite,
): Promise<void> {
  const rows = SPLITS.flatMap((split) => {
    const asked = questions.filter((question) => question.split === split);
    const negatives = negativesOfAll(asked, { newNumber, prefixes, pool, split, all: questions });
    return asked.map(({ userId, user, history, target }, place) => ({
      split,
      place,
      userId,
      userIndex: user ?? -1,
      history: Array.from(translate(history, newNumber)),
      target: newNumber[target]!,
      uniform: negatives.uniform(place),
      popularity: negatives.popularity(place),
    }));
  });
  const list = "INTEGER[]";
  const columns = { split: "VARCHAR", place: "INTEGER", userId: "VARCHAR", userIndex: "INTEGER", history: list };
  const further = { target: "INTEGER", uniform: list, popularity: list };
  await writeParquet(join(directory, QUESTIONS), { ...columns, ...further }, rows);
  if (coldItems === undefined) return;
  const indices = Array.from(coldItems, (item) => newNumber[item]!).sort((a, b) => a - b);
  await writeParquet(
    join(directory, COLD_ITEMS),
    { itemIndex: "INTEGER" },
    indices.map((itemIndex) => ({ itemIndex })),
  );
}

interface Drawing extends Pick<QuestionsToWrite, "newNumber" | "prefixes" | "pool"> {
  readonly split: SplitName;
  /** Of both splits: each question of a dataset has equally many negatives. */
  readonly all: readonly PlannedQuestion[];
}

function negativesOfAll(asked: readonly PlannedQuestion[], { newNumber, prefixes, pool, split, all }: Drawing) {
  const nItems = newNumber.length;
  const perUser = negativesPerUser(
    all.map(({ owned }) => owned),
    pool.length,
  );
  const owned = asked.map((question) => translate(question.owned, newNumber));
  const drawn = (kind: CandidateKind) => {
    const flat = drawCandidates({ nUsers: asked.length, nItems, prefixes }, owned, kind, split, perUser, pool);
    return (place: number) => Array.from(flat.subarray(place * perUser, (place + 1) * perUser));
  };
  return { uniform: drawn("uniform"), popularity: drawn("popularity") };
}

/** Names the questions whatever numbers the items have. */
export function questionsHash(questions: readonly PlannedQuestion[], itemIds: readonly string[]): string {
  const hash = createHash("sha256");
  for (const { split, userId, user, history, target } of questions) {
    const words = [...history, target].map((item) => itemIds[item]!);
    hash.update(`${JSON.stringify([split, userId, user === undefined, words])}\n`);
  }
  return hash.digest("hex");
}

/** The questions of a split dataset; undefined for any other, whose questions follow from its sequences. */
export async function loadQuestions(dataset: Dataset, split: SplitName): Promise<HeldOutQuestions | undefined> {
  if (dataset.manifest.split === undefined) return undefined;
  const file = join(dataset.directory, QUESTIONS);
  const rows = rowsOf(file, split);
  return readTable(file, () =>
    withDatabase(async (database) => {
      const [places, userIndices, targets, lengths] = await readInt32Columns(
        database,
        `SELECT place, userIndex, target, len(history)::INTEGER ${rows}`,
      );
      if (places!.some((place, row) => place !== row)) throw damaged(file, "questions out of order");
      const [items] = await readInt32Columns(database, `SELECT unnest(history)::INTEGER ${rows}`);
      const users = (await readRows(database, `SELECT userId ${rows}`)).map(([userId]) => String(userId));
      return { split, users, userIndices: userIndices!, targets: targets!, histories: cut(items!, lengths!) };
    }),
  );
}

/**
 * Negatives by place of the question. @throws InputError when they are not distinct, unowned, existing items.
 */
export async function loadQuestionCandidates(
  dataset: Dataset,
  { split, histories, targets }: HeldOutQuestions,
  kind: CandidateKind,
): Promise<Candidates> {
  const file = join(dataset.directory, QUESTIONS);
  const [negatives] = await readTable(file, () =>
    withDatabase((database) => readInt32Columns(database, `SELECT unnest(${kind})::INTEGER ${rowsOf(file, split)}`)),
  );
  const perUser = negatives!.length / Math.max(1, targets.length);
  const owned = histories.map((history, place) => Int32Array.of(...history, targets[place]!));
  const damage = targets.length === 0 ? undefined : candidateDamage(negatives!, perUser, owned, dataset.items.length);
  if (damage !== undefined) throw damaged(`${file} (${split}, ${kind})`, damage);
  const hash = candidatesHash({ kind, split, perUser, negatives: negatives! });
  return { kind, split, perUser, negatives: negatives!, hash };
}

/** Ascending; undefined where none were drawn. */
export async function loadColdItems({ directory, manifest }: Dataset): Promise<Int32Array | undefined> {
  if (manifest.split?.rule.kind !== "cold-items") return undefined;
  const file = join(directory, COLD_ITEMS);
  const sql = `SELECT itemIndex FROM ${fileTable("read_parquet", file)} ORDER BY 1`;
  const [items] = await readTable(file, () => withDatabase((database) => readInt32Columns(database, sql)));
  return items!;
}

function rowsOf(file: string, split: SplitName): string {
  return `FROM ${fileTable("read_parquet", file)} WHERE split = ${literal(split)}`;
}

function damaged(where: string, found: string): InputError {
  return new InputError({
    where,
    found,
    expected: "questions in their order, with distinct items that nobody asked has",
    todo: "Split the data again (isrf data split ... --overwrite).",
  });
}

function cut(items: Int32Array, lengths: Int32Array): Int32Array[] {
  let end = 0;
  return Array.from(lengths, (length) => {
    end += length;
    return items.slice(end - length, end);
  });
}
