import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import { fileTable } from "../duckdb.ts";
import { parquetFields, parquetTable, parquetTypeWord } from "./parquet-fields.ts";
import { reading } from "./reading.ts";
import type { TableSource } from "./table-source.ts";

/** @throws InputError for what is no whole Parquet file. */
export async function openParquet(
  database: DuckDBConnection,
  file: string,
  signal?: AbortSignal,
  read = fileTable,
): Promise<TableSource> {
  // Some writers do not say that their texts are texts.
  const table = read("read_parquet", file, ["binary_as_string=true"]);
  const head = await database.run(`SELECT * FROM ${table} LIMIT 0`).catch((cause: unknown) => {
    const found = (cause as Error).message.split("\n")[0]!;
    const todo = "The file may be cut short or of another format.";
    throw new InputError({ where: file, found, expected: "a Parquet file", todo }, { cause });
  });
  const { fields, nested } = parquetFields(head.columnNames(), head.columnTypes());
  const columns = fields.map(({ name }) => name);
  return {
    files: [file],
    name: file,
    kind: "parquet",
    format: "parquet",
    columns,
    lists: new Map(fields.flatMap(({ name, list }) => (list === undefined ? [] : [[name, list] as const]))),
    nested,
    sql: (typed = false) => parquetTable(table, fields, typed ? "typed" : "text"),
    listed: (names, take) =>
      parquetTable(
        table,
        fields.filter(({ name }) => names.includes(name)),
        take,
      ),
    read: (query) => reading({ file, columns, signal }, query),
    place: async (ordinal) => ({ where: `${file}, row ${ordinal + 1}` }),
    types: async () => new Map(fields.map((field) => [field.name, parquetTypeWord(field)])),
    form: { format: "parquet", notes: [] },
  };
}
