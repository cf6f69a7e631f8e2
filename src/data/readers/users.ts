import type { DuckDBConnection } from "@duckdb/node-api";
import { findColumn } from "../columns/known-columns.ts";
import { openTable } from "../sources/open-table.ts";
import { plainText } from "../values/catalogue-values.ts";
import { readRecords } from "./catalogue.ts";

/** The further columns of the users file, beside `users`. @throws InputError for records that do not parse. */
export async function readUsers(
  database: DuckDBConnection,
  file: string,
  userColumn: string,
  users: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Record<string, string>[]> {
  const source = await openTable(database, file, { format: "auto", signal });
  const sameName = source.columns.includes(userColumn) ? userColumn : undefined;
  const id = findColumn("user", sameName, "--user", source.columns, file);
  const records = new Map(await readRecords(database, source, id, "user_list"));
  return users.map((user) => {
    const facts = Object.entries(records.get(user) ?? {}).map(([name, value]) => [name, plainText(value)] as const);
    return Object.fromEntries(facts.filter(([name, value]) => name !== id && value !== undefined)) as Record<
      string,
      string
    >;
  });
}
