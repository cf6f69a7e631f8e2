// Which reader opens what is no file.
import type { DuckDBConnection } from "@duckdb/node-api";
import { UsageError } from "../../../base/errors.ts";
import type { OpenOptions, TableSource } from "../table-source.ts";
import { elsewhereKind, shownAddress } from "./address.ts";
import { openServer } from "./server.ts";

/** @throws UsageError for what cannot be read from there, OperationError where a server refuses */
export async function openElsewhere(
  database: DuckDBConnection,
  address: string,
  options: OpenOptions,
): Promise<TableSource> {
  const kind = elsewhereKind(address);
  if (kind === "postgres" || kind === "mysql") return openServer(database, kind, address, options);
  const shown = shownAddress(address);
  throw new UsageError(
    `${shown}: objects of S3 are not read from here. Fetch it (\`aws s3 cp ${shown} .\`) and name the file, or name a presigned https address (\`aws s3 presign ${shown}\`).`,
  );
}
