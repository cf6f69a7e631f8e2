import { createHash } from "node:crypto";
import { join } from "node:path";
import { InputError } from "../base/errors.ts";
import { addBytes } from "../base/hash-of-bytes.ts";
import type { CandidateKind, Candidates, Dataset, SplitName } from "./dataset.ts";
import { candidatePool } from "./draw-candidates.ts";
import { fileTable, literal, readInt32Columns, withDatabase } from "./duckdb.ts";
import { isOwnedWhole } from "./owns-everything.ts";
import { readTable } from "./read-table.ts";

/**
 * The stored negatives of one split and kind (default uniform).
 * @throws InputError when they are absent or not distinct, unowned, existing items.
 */
export async function loadCandidates(
  dataset: Dataset,
  split: SplitName,
  kind: CandidateKind = "uniform",
): Promise<Candidates> {
  const candidates = await readCandidates(dataset, split, kind);
  if (isOwnedWhole(dataset)) throw noQuestions(dataset, split, kind);
  const { negatives, perUser } = candidates;
  const damage = candidateDamage(negatives, perUser, dataset.sequences, dataset.items.length);
  if (damage === undefined) return candidates;
  throw damagedCandidates(dataset, split, kind, damage);
}

/** As stored, checked for the form alone: the audit reports damage instead of throwing. */
export async function readCandidates(dataset: Dataset, split: SplitName, kind: CandidateKind): Promise<Candidates> {
  const file = fileOf(dataset);
  const rows = `FROM ${fileTable("read_parquet", file)} WHERE split = ${literal(split)} AND kind = ${literal(kind)}`;
  const [users, lengths, negatives] = await readTable(file, () =>
    withDatabase(async (database) => [
      ...(await readInt32Columns(database, `SELECT userIndex, len(negatives)::INTEGER ${rows}`)),
      ...(await readInt32Columns(database, `SELECT unnest(negatives)::INTEGER ${rows}`)),
    ]),
  );
  const perUser = lengths![0] ?? 0;
  const isOrdered = users!.every((user, row) => user === row) && lengths!.every((length) => length === perUser);
  if (!isOrdered || users!.length !== dataset.users.length) {
    throw damagedCandidates(dataset, split, kind, `${users!.length} lists, or lists out of order or of unequal length`);
  }
  const hash = candidatesHash({ kind, split, perUser, negatives: negatives! });
  return { kind, split, perUser, negatives: negatives!, hash };
}

/** Of what is asked and of all negatives. */
export function candidatesHash({ kind, split, perUser, negatives }: Omit<Candidates, "hash">): string {
  return addBytes(createHash("sha256").update(`${split} ${kind} ${perUser} `), negatives).digest("hex");
}

function fileOf(dataset: Dataset): string {
  return join(dataset.directory, "candidates.parquet");
}

function noQuestions(dataset: Dataset, split: SplitName, kind: CandidateKind): InputError {
  const sold = candidatePool(dataset.sequences, dataset.items.length, dataset.manifest.options).length;
  const owner = dataset.sequences.findIndex(({ length }) => length >= sold);
  const id = dataset.users[owner];
  return new InputError({
    where: `${fileOf(dataset)} (${split}, ${kind})`,
    found: `nothing to ask for: the user ${id} has all ${sold} items`,
    expected: "items that somebody has and others have not",
    todo: `Import the data again with --drop-user ${id} or a --max-history; or ask for --task sequential alone.`,
  });
}

function damagedCandidates(dataset: Dataset, split: SplitName, kind: CandidateKind, found: string): InputError {
  return new InputError({
    where: `${fileOf(dataset)} (${split}, ${kind})`,
    found,
    expected: `${dataset.users.length} lists, in user order, of equally many distinct unowned items`,
    todo: "Import the data again (isrf data import ... --overwrite).",
  });
}

/** What is wrong with a set of negatives, in words; undefined when it keeps its promises (protocol, check 3). */
export function candidateDamage(
  negatives: Int32Array,
  perUser: number,
  sequences: readonly Int32Array[],
  nItems: number,
): string | undefined {
  if (!Number.isInteger(perUser) || perUser < 1) return `${negatives.length} negatives for ${sequences.length} users`;
  const taken = new Int32Array(nItems);
  for (let user = 0; user < sequences.length; user++) {
    for (const item of sequences[user]!) taken[item] = -(user + 1);
    for (let j = 0; j < perUser; j++) {
      const item = negatives[user * perUser + j]!;
      if (item < 0 || item >= nItems) return `the unknown item ${item} for user ${user}`;
      if (taken[item] === -(user + 1)) return `item ${item}, which user ${user} owns`;
      if (taken[item] === user + 1) return `item ${item} twice for user ${user}`;
      taken[item] = user + 1;
    }
  }
  return undefined;
}

/** One user's negatives as a copy, so that adding the positive changes no stored list (docs/protocols.md, L8). */
export function negativesOf(candidates: Candidates, user: number): Int32Array {
  return candidates.negatives.slice(user * candidates.perUser, (user + 1) * candidates.perUser);
}
