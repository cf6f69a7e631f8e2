import { createHash } from "node:crypto";
import { join } from "node:path";
import { InputError } from "../base/errors.ts";
import type { CandidateKind, Candidates, Dataset, SplitName } from "./dataset.ts";
import { literal, readInt32Columns, withDatabase } from "./duckdb.ts";
import { readTable } from "./open-dataset.ts";

/**
 * The stored negatives of one split and kind (default uniform).
 * @throws InputError when they are absent or not distinct, unowned, existing items.
 */
export async function loadCandidates(
  dataset: Dataset,
  split: SplitName,
  kind: CandidateKind = "uniform",
): Promise<Candidates> {
  const file = join(dataset.directory, "candidates.parquet");
  const sql = `
    SELECT userIndex, unnest(negatives)::INTEGER FROM read_parquet(${literal(file)})
    WHERE split = ${literal(split)} AND kind = ${literal(kind)}`;
  const [users, negatives] = await readTable(file, () => withDatabase((database) => readInt32Columns(database, sql)));
  const perUser = users!.length / dataset.users.length;
  const damage = users!.some((user, row) => user !== Math.floor(row / perUser))
    ? "negatives that are not in user order"
    : candidateDamage(negatives!, perUser, dataset.sequences, dataset.items.length);
  if (damage !== undefined) {
    throw new InputError({
      where: `${file} (${split}, ${kind})`,
      found: damage,
      expected: "the same number of distinct unowned items for every user",
      todo: "Import the data again (isrf data import ... --overwrite).",
    });
  }
  const hash = createHash("sha256")
    .update(`${split} ${kind} ${perUser} ${negatives!.join(" ")}`)
    .digest("hex");
  return { kind, split, perUser, negatives: negatives!, hash };
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

/** One user's negatives as a copy, so that adding the positive changes no stored list (protocol, leak L8). */
export function negativesOf(candidates: Candidates, user: number): Int32Array {
  return candidates.negatives.slice(user * candidates.perUser, (user + 1) * candidates.perUser);
}
