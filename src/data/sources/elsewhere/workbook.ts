// A sheet of an Excel workbook, through DuckDB's extension where it is there.

import { resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../../base/errors.ts";
import { execute, literal } from "../../duckdb.ts";
import { dialectFor } from "../dialect-options.ts";
import type { OpenOptions, TableSource } from "../table-source.ts";
import { loadExtension } from "./extensions.ts";
import { dropEmptyRows, freshTable, loadedTable } from "./loaded-table.ts";

/** @throws UsageError where the extension is missing, InputError for a workbook that cannot be read */
export async function openWorkbook(
  database: DuckDBConnection,
  path: string,
  name: string,
  options: OpenOptions,
): Promise<TableSource> {
  const { dialect = dialectFor("interactions") } = options;
  const shown = `${name} (an Excel workbook)`;
  await loadExtension(database, "excel", shown, dialect.extensions);
  const sheet = dialect.table === undefined ? [] : [`sheet=${literal(dialect.table)}`];
  const read = (more: readonly string[]) => {
    const header = dialect.header === false ? "header=false" : "header=true";
    const table = freshTable();
    // Otherwise an empty row is taken for the end of the table.
    const asked = [literal(resolve(path)), header, "stop_at_empty=false", ...sheet, ...more];
    const rows = `read_xlsx(${asked.join(", ")})`;
    return execute(database, `CREATE TABLE ${table} AS SELECT * FROM ${rows}`).then(() => table);
  };
  // A column of numbers with a word further down is no column of numbers.
  const table = await read([]).catch(() =>
    read(["all_varchar=true"]).catch((cause: Error) => {
      const found = `a workbook that cannot be read (${cause.message.split("\n")[0]!.replace(/^\w+( \w+)? Error: /, "")})`;
      const todo = `Name a sheet with ${dialect.flag("table", "SHEET")}, or save the sheet as CSV (UTF-8).`;
      throw new InputError({ where: name, found, expected: "a sheet with a line of names", todo }, { cause });
    }),
  );
  const empty = await dropEmptyRows(database, table);
  const source = await loadedTable(
    database,
    table,
    dialect.table === undefined ? name : `${name} (sheet ${dialect.table})`,
  );
  if (empty === 0) return source;
  const note = `${empty === 1 ? "1 empty row of the sheet was" : `${empty} empty rows of the sheet were`} left out.`;
  return { ...source, form: { ...source.form, notes: [...source.form.notes, note] } };
}
