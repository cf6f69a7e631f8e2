// Which reader opens what is no file.
import type { DuckDBConnection } from "@duckdb/node-api";
import { internal } from "../../../base/errors.ts";
import { dialectFor, refuseUnheeded } from "../dialect-options.ts";
import type { OpenOptions, TableSource } from "../table-source.ts";
import { elsewhereKind, shownAddress } from "./address.ts";
import { openParquetObject } from "./s3.ts";
import { openServer } from "./server.ts";

/** @throws UsageError for what cannot be read from there, OperationError where a server refuses */
export async function openElsewhere(
  database: DuckDBConnection,
  address: string,
  options: OpenOptions,
): Promise<TableSource> {
  const kind = elsewhereKind(address);
  const { dialect = dialectFor("interactions") } = options;
  refuseUnheeded(shownAddress(address), kind === "s3" ? "parquet" : "database", dialect);
  if (kind === "postgres" || kind === "mysql") return openServer(database, kind, address, options);
  if (kind === "s3") return openParquetObject(database, address, options);
  throw internal(`${shownAddress(address)} was to be fetched before it is opened`);
}
