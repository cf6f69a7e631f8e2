// Items of a catalogue that nobody has bought, where they are to be kept.
import type { DuckDBConnection } from "@duckdb/node-api";
import { execute, readRows } from "../duckdb.ts";
import { isMissingSql } from "../values/missing-words.ts";
import { sameIdKey } from "./id-keys.ts";
import type { Join } from "./join.ts";

export interface UnsoldJoin {
  readonly join: Join;
  /** Their ids, in the order of the file: without blanks, quotation marks or the ".0" of a number. */
  readonly unsold: readonly string[];
}

/** Let ids that meet no interaction stand for themselves. Needs the tables of `joinIds`, and adds to `joined`. */
export async function joinUnsold(database: DuckDBConnection, join: Join): Promise<UnsoldJoin> {
  await execute(
    database,
    `CREATE OR REPLACE TABLE unsold AS SELECT raw, n, ${sameIdKey("raw")} AS id FROM file_ids
       WHERE raw NOT IN (SELECT raw FROM joined) AND NOT ${isMissingSql("raw")};
     INSERT INTO joined SELECT raw, id FROM unsold;`,
  );
  const rows = await readRows(database, "SELECT raw, id FROM unsold ORDER BY n");
  const ids = new Map([...join.ids, ...rows.map(([raw, id]) => [String(raw), [String(id)]] as const)]);
  return { join: { ...join, ids }, unsold: [...new Set(rows.map(([, id]) => String(id)))] };
}
