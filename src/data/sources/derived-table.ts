// A table that a query makes of one or more others.
import type { DuckDBConnection } from "@duckdb/node-api";
import { describedTypes } from "./reading.ts";
import type { TableSource } from "./table-source.ts";

/** What a derived table is made of; the first one names it in messages. */
export type Origins = readonly [TableSource, ...TableSource[]];

/** `sql` is a table or a query in brackets with these columns, all texts. Its rows are not the records of one file. */
export function derivedTable(
  database: DuckDBConnection,
  origins: Origins,
  columns: readonly string[],
  sql: string,
): TableSource {
  const [{ name, format, form }] = origins;
  // Records that do not parse are looked for in every file.
  const read = <T>(query: () => Promise<T>) =>
    origins.reduce<() => Promise<T>>((inner, source) => () => source.read(inner), query)();
  return {
    files: origins.flatMap((source) => source.files),
    name,
    kind: "delimited",
    format,
    columns,
    sql: () => sql,
    read,
    place: async () => ({ where: name }),
    types: () => read(() => describedTypes(database, sql)),
    form,
  };
}
