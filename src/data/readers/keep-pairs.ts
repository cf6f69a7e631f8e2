// From the rows of `parsed` to the table `kept`: every pair of user and item once, or not at all where its last word
// was no liking, or where what was bought was given back.
import type { DuckDBConnection } from "@duckdb/node-api";
import { execute, readRows } from "../duckdb.ts";
import type { TakenBack } from "../raw-shop.ts";
import type { FeedbackOptions } from "./feedback-columns.ts";

export interface PairRules {
  /** SQL over a row of `parsed`: can it be used at all? */
  readonly isUsable: string;
  /** SQL: is it no liking, or does it take one back? Undefined where no row is. */
  readonly isAgainst?: string | undefined;
  /** Do weights of 0 or less occur, which count against those above? */
  readonly hasReturns: boolean;
  /** Does the sum of a pair's weights become its rating? */
  readonly storesSum: boolean;
  /** Of that sum. */
  readonly least?: number | undefined;
  readonly repeats: FeedbackOptions["repeats"];
}

export interface PairCounts {
  /** Pairs in `kept`. */
  readonly kept: number;
  /** Further usable rows of those pairs. */
  readonly repeats: number;
  /** Pairs that were taken back: rated down later, or given back in full. */
  readonly withdrawn: number;
  readonly returned: number;
  /** Pairs whose sum is under the least one. */
  readonly light: number;
}

/**
 * Makes the table `kept(n, u, i, t, r)`, and, where any pair can be left out, `dropped(u, i, t, withdrawn, weight)` of
 * those that are.
 */
export async function keepPairs(database: DuckDBConnection, rules: PairRules): Promise<PairCounts> {
  const { isUsable, isAgainst, hasReturns, storesSum, least, repeats } = rules;
  if (isAgainst === undefined && !hasReturns && !storesSum) return keepOne(database, rules);
  const order = repeats === "last" ? "t DESC, n DESC" : "t, n";
  const against = isAgainst ?? "false";
  const isLiking = `NOT (${against})${hasReturns ? " AND w > 0" : ""}`;
  const pair = "PARTITION BY u, i";
  // An explicit `first` asks for the first liking, whatever was said later.
  const isDecidedLater = isAgainst !== undefined && repeats !== "first";
  const last = isDecidedLater
    ? `last_value(against) OVER (${pair} ORDER BY t, n ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)`
    : "false";
  const sum = hasReturns || storesSum ? `sum(w) OVER (${pair})` : "1";
  await execute(
    database,
    `CREATE TABLE pairs AS SELECT n, u, i, t, ${storesSum ? "weight AS r" : "r"}, withdrawn, weight, size, liking, latest FROM (
       SELECT *, row_number() OVER (${pair} ORDER BY liking DESC, ${order}) AS rank, ${last} AS withdrawn,
         max(t) OVER (${pair}) AS latest, ${sum} AS weight, count(*) FILTER (liking) OVER (${pair}) AS size
       FROM (SELECT *, ${against} AS against, ${isLiking} AS liking FROM parsed WHERE ${isUsable})
     ) WHERE rank = 1;`,
  );
  const isHeavy = least === undefined ? "true" : `weight >= ${least}`;
  const isKept = `liking AND NOT withdrawn AND weight > 0 AND ${isHeavy}`;
  const [row] = await readRows(
    database,
    `SELECT count(*) FILTER (liking AND withdrawn), count(*) FILTER (liking AND NOT withdrawn AND weight <= 0),
      count(*) FILTER (liking AND NOT withdrawn AND weight > 0 AND NOT ${isHeavy}),
      count(*) FILTER (${isKept}), sum(size - 1) FILTER (${isKept}) FROM pairs`,
  );
  await execute(
    database,
    `CREATE TABLE kept AS SELECT n, u, i, t, r FROM pairs WHERE ${isKept};
     CREATE TABLE dropped AS SELECT u, i, latest AS t, withdrawn, weight FROM pairs WHERE NOT (${isKept});
     DROP TABLE pairs;`,
  );
  const [withdrawn, returned, light, kept, more] = row!.map(Number) as [number, number, number, number, number];
  return { withdrawn, returned, light, kept, repeats: more };
}

/** Of the table `dropped`, where `keepPairs` made one. */
export async function takenBack(database: DuckDBConnection): Promise<readonly TakenBack[]> {
  const [made] = await readRows(database, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'dropped'");
  if (Number(made![0]) === 0) return [];
  const rows = await readRows(database, "SELECT u, i, t::DOUBLE, withdrawn, weight::DOUBLE FROM dropped");
  return rows.map(([u, i, t, withdrawn, weight]) => ({
    userId: String(u),
    itemId: String(i),
    time: t === null ? Number.NaN : Number(t),
    isWithdrawn: withdrawn === true,
    weight: Number(weight),
  }));
}

/** The usual case, in which only the place of a row tells which one of its pair is kept. */
async function keepOne(database: DuckDBConnection, { isUsable, repeats }: PairRules): Promise<PairCounts> {
  const order = repeats === "last" ? "t DESC, n DESC" : "t, n";
  await execute(
    database,
    `CREATE TABLE kept AS SELECT n, u, i, t, r FROM parsed WHERE ${isUsable}
      QUALIFY row_number() OVER (PARTITION BY u, i ORDER BY ${order}) = 1`,
  );
  const [row] = await readRows(
    database,
    `SELECT (SELECT count(*) FROM kept), (SELECT count(*) FROM parsed WHERE ${isUsable})`,
  );
  const [kept, usable] = row!.map(Number) as [number, number];
  return { kept, repeats: usable - kept, withdrawn: 0, returned: 0, light: 0 };
}
