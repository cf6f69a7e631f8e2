// The table `kept` as typed arrays, one history a user.
import type { DuckDBConnection } from "@duckdb/node-api";
import { readNumberColumns } from "../duckdb.ts";

export interface Histories {
  /** Per user, positions in the items, oldest first, ties in file order. */
  readonly sequences: readonly Int32Array[];
  /** Seconds since 1970, beside `sequences`. */
  readonly timestamps?: readonly Float64Array[] | undefined;
  readonly ratings?: readonly Float64Array[] | undefined;
  /** Interactions at the very time of another one of the same user. */
  readonly tied: number;
  /** Users whose records do not stand in the file oldest first. */
  readonly sortedUsers: number;
}

/** `kept(n, u, i, t, r)` holds every pair once. */
export async function collectHistories(
  database: DuckDBConnection,
  { hasTimes, hasRatings }: { readonly hasTimes: boolean; readonly hasRatings: boolean },
): Promise<Histories> {
  const [users, items, times, ratings, rows] = (await readNumberColumns(
    database,
    `SELECT a.k::DOUBLE, b.k::DOUBLE, t::DOUBLE, r::DOUBLE, n::DOUBLE FROM kept JOIN user_list a ON a.id = u
     JOIN item_list b ON b.id = i ORDER BY a.k, t, n`,
  )) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const sequences: Int32Array[] = [];
  const timestamps: Float64Array[] = [];
  const rated: Float64Array[] = [];
  let [tied, sortedUsers] = [0, 0];
  for (let start = 0; start < users.length; ) {
    let end = start;
    while (end < users.length && users[end] === users[start]) end++;
    sequences.push(Int32Array.from(items.subarray(start, end)));
    timestamps.push(times.slice(start, end));
    rated.push(ratings.slice(start, end));
    if (hasTimes) tied += tiesOf(times.subarray(start, end));
    if (!isRising(rows.subarray(start, end))) sortedUsers++;
    start = end;
  }
  return {
    sequences,
    timestamps: hasTimes ? timestamps : undefined,
    ratings: hasRatings ? rated : undefined,
    tied,
    sortedUsers,
  };
}

/** Entries of a sorted list that are equal to a neighbour. */
function tiesOf(times: Float64Array): number {
  let tied = 0;
  for (let k = 0; k < times.length; k++) if (times[k] === times[k - 1] || times[k] === times[k + 1]) tied++;
  return tied;
}

function isRising(rows: Float64Array): boolean {
  for (let k = 1; k < rows.length; k++) if (rows[k]! < rows[k - 1]!) return false;
  return true;
}
