// Tables of a PostgreSQL or MySQL server, copied through DuckDB's extension where it is there.
import type { DuckDBConnection } from "@duckdb/node-api";
import { OperationError, UsageError } from "../../../base/errors.ts";
import { permitted } from "../../../base/permitted.ts";
import { execute, identifier, literal, readRows } from "../../duckdb.ts";
import { dialectFor } from "../dialect-options.ts";
import type { OpenOptions, TableSource } from "../table-source.ts";
import { shownAddress, withoutSecrets } from "./address.ts";
import { checkQuery, chooseTable } from "./choose-table.ts";
import { loadExtension } from "./extensions.ts";
import { freshTable, loadedTable } from "./loaded-table.ts";

const SERVERS = {
  postgres: { extension: "postgres_scanner", type: "postgres", query: "postgres_query" },
  mysql: { extension: "mysql_scanner", type: "mysql", query: "mysql_query" },
} as const;

const LINK = "elsewhere";
/** Tables that servers keep for themselves. */
const OWN_SCHEMAS = ["information_schema", "pg_catalog", "pg_toast", "mysql", "performance_schema", "sys"];

/** @throws UsageError for a table that is not there or a missing extension, OperationError where the server refuses */
export async function openServer(
  database: DuckDBConnection,
  kind: "postgres" | "mysql",
  address: string,
  options: OpenOptions,
): Promise<TableSource> {
  const shown = shownAddress(address);
  if (!URL.canParse(address)) throw new UsageError(`${shown}: expected an address such as ${kind}://host/database.`);
  permitted(new URL(address));
  const { dialect = dialectFor("interactions") } = options;
  const { extension, type, query: queryFunction } = SERVERS[kind];
  await loadExtension(database, extension, shown, dialect.extensions);
  const asking = <T>(work: Promise<T>) =>
    work.catch((cause: Error) => {
      // The cause would quote the address with its password.
      throw new OperationError(`${shown}: the server refuses (${withoutSecrets(firstLine(cause), address)}).`);
    });
  await asking(execute(database, `ATTACH ${literal(address)} AS ${LINK} (TYPE ${type}, READ_ONLY)`));
  try {
    const copy = freshTable();
    if (dialect.query !== undefined) {
      const query = checkQuery(dialect.query, dialect.flag("query", "..."));
      const rows = `SELECT * FROM ${queryFunction}('${LINK}', ${literal(query)})`;
      await asking(execute(database, `CREATE TABLE ${copy} AS ${rows}`));
      return await loadedTable(database, copy, `${shown} (--query)`);
    }
    const tables = await asking(tablesOf(database));
    const table = chooseTable(dialect.table, [...tables.keys()], shown, (name) => dialect.flag("table", name));
    await asking(execute(database, `CREATE TABLE ${copy} AS SELECT * FROM ${tables.get(table)!}`));
    return await loadedTable(database, copy, `${shown} (table ${table})`);
  } finally {
    await execute(database, `DETACH ${LINK}`);
  }
}

/** Name -> SQL; a table outside of the usual schema is called with it. */
async function tablesOf(database: DuckDBConnection): Promise<Map<string, string>> {
  const rows = await readRows(
    database,
    `SELECT schema_name, table_name FROM (SELECT database_name, schema_name, table_name FROM duckdb_tables()
     UNION ALL SELECT database_name, schema_name, view_name FROM duckdb_views() WHERE NOT internal)
     WHERE database_name = '${LINK}' AND schema_name NOT IN (${OWN_SCHEMAS.map(literal).join(", ")}) ORDER BY ALL`,
  );
  const schemas = new Set(rows.map(([schema]) => String(schema)));
  return new Map(
    rows.map(([schema, table]) => {
      const isUsual = schema === "public" || schemas.size === 1;
      const name = isUsual ? String(table) : `${schema}.${table}`;
      return [name, [LINK, schema, table].map((part) => identifier(String(part))).join(".")];
    }),
  );
}

/** The server's words, without DuckDB's name for the kind of error. */
function firstLine(error: Error): string {
  return error.message
    .replace(/^\w+( \w+)? Error: /, "")
    .replace(/\s+/g, " ")
    .slice(0, 300);
}
