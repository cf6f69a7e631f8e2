// The column of a companion file that holds the ids: the named one, else the one that is called so and meets the
// interactions, else the one that meets them.
import type { DuckDBConnection } from "@duckdb/node-api";
import { guessColumn } from "../columns/candidates.ts";
import { execute, identifier, readRows } from "../duckdb.ts";
import type { TableSource } from "../sources/table-source.ts";
import { idText } from "./id-text.ts";
import { countMeeting, type IdList, loadIds } from "./join.ts";

export interface IdColumn {
  readonly column: string;
  /** One sentence where the column is not the one that its name suggests. */
  readonly warning?: string | undefined;
}

export interface IdColumnHints {
  readonly list: IdList;
  readonly meaning: "item" | "user";
  /** What the column is called in the interactions. */
  readonly sameName?: string | undefined;
  /** The user's word, a column of the table. */
  readonly named?: string | undefined;
  /** Option that names it. */
  readonly flag: string;
}

/** Leaves the table of `loadIds` for the column. Undefined where neither a name nor the ids tell. */
export async function findIdColumn(
  database: DuckDBConnection,
  source: TableSource,
  hints: IdColumnHints,
): Promise<IdColumn | undefined> {
  const found = hints.named === undefined ? await search(database, source, hints) : { column: hints.named };
  if (found !== undefined) await loadIds(database, source, found.column);
  return found;
}

async function search(
  database: DuckDBConnection,
  source: TableSource,
  hints: IdColumnHints,
): Promise<IdColumn | undefined> {
  const { list, meaning, sameName, flag } = hints;
  const isThere = sameName !== undefined && source.columns.includes(sameName);
  const guess = isThere ? sameName : guessColumn(meaning, source.columns);
  const known = Number((await readRows(database, `SELECT count(*) FROM ${list}`))[0]![0]);
  if (guess !== undefined) await loadIds(database, source, guess);
  const met = guess === undefined ? 0 : await countMeeting(database, "companion", "raw", list);
  if (guess !== undefined && 2 * met >= known) return { column: guess };
  const others = source.columns.filter((column) => column !== guess);
  const found = [...(await meetings(database, source, others, list))].filter(([, { isDistinct }]) => isDistinct);
  const [best] = found.sort(([, a], [, b]) => b.met - a.met);
  if (best === undefined) return guess === undefined ? undefined : { column: guess };
  const [column, { met: most, rows }] = best;
  const isBetter = most > 0 && most > 2 * met && 2 * most >= Math.min(known, rows);
  if (!isBetter) return guess === undefined ? undefined : { column: guess };
  const instead = guess === undefined ? "" : `, not in "${guess}" (${met})`;
  return {
    column,
    warning: `${source.name}: the ids of ${most} of ${known} ${meaning}s stand in "${column}"${instead}, so that column is taken; ${flag} COL names another.`,
  };
}

interface Meeting {
  readonly met: number;
  readonly rows: number;
  /** Whether nearly every row has a value of its own, as ids have. */
  readonly isDistinct: boolean;
}

async function meetings(
  database: DuckDBConnection,
  source: TableSource,
  columns: readonly string[],
  list: IdList,
): Promise<Map<string, Meeting>> {
  if (columns.length === 0) return new Map();
  const texts = columns.map((column, k) => `${idText(source, column)} AS c${k}`).join(", ");
  await source.read(() =>
    execute(database, `CREATE OR REPLACE TABLE candidates AS SELECT ${texts} FROM ${source.sql(true)} t`),
  );
  const met = new Map<string, Meeting>();
  for (const [k, column] of columns.entries()) {
    const name = identifier(`c${k}`);
    const [row] = await readRows(database, `SELECT count(*), count(DISTINCT ${name}) FROM candidates`);
    const [rows, distinct] = row!.map(Number) as [number, number];
    met.set(column, {
      met: await countMeeting(database, "candidates", name, list),
      rows,
      isDistinct: distinct >= 0.9 * rows,
    });
  }
  await execute(database, "DROP TABLE candidates");
  return met;
}
