import { join } from "node:path";
import { fileTable, readNumberColumns, readObjects, withDatabase } from "./duckdb.ts";
import { readTable } from "./read-table.ts";

/** A column of the interactions beside the sequences; undefined where the dataset has none. */
export async function besideSequences(
  directory: string,
  column: string,
  lengths: readonly number[],
): Promise<Float64Array[] | undefined> {
  const file = join(directory, "interactions.parquet");
  const table = fileTable("read_parquet", file);
  const users = fileTable("read_parquet", join(directory, "users.parquet"), ["file_row_number=true"]);
  const sql = `SELECT CAST(x.${column} AS DOUBLE) FROM ${table} x JOIN ${users} u USING (userId)
    ORDER BY u.file_row_number, x.position`;
  const values = await readTable(file, () =>
    withDatabase(async (database) => {
      const columns = await readObjects(database, `(SELECT column_name FROM (DESCRIBE SELECT * FROM ${table}))`);
      if (!columns.some(({ column_name: name }) => name === column)) return undefined;
      return (await readNumberColumns(database, sql))[0];
    }),
  );
  if (values === undefined) return undefined;
  let end = 0;
  return lengths.map((length) => {
    end += length;
    return values.slice(end - length, end);
  });
}
