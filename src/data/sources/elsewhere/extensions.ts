// DuckDB's extensions: read from a folder where they are there. Importing fetches none; `isrf data extension NAME`
// does.
import { homedir } from "node:os";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { OperationError, UsageError } from "../../../base/errors.ts";
import { exists } from "../../../base/files.ts";
import { permitted } from "../../../base/permitted.ts";
import { execute, literal, readRows, withDatabase } from "../../duckdb.ts";

export const EXTENSIONS = ["excel", "httpfs", "postgres_scanner", "mysql_scanner"] as const;
export type Extension = (typeof EXTENSIONS)[number];

const DEFAULT_FOLDER = join(homedir(), ".duckdb", "extensions");

export interface ExtensionPlace {
  /** Where extensions of all versions lie. */
  readonly folder: string;
  readonly file: string;
  readonly version: string;
}

/** Where this version looks for an extension. */
export async function extensionPlace(
  database: DuckDBConnection,
  name: Extension,
  folder = DEFAULT_FOLDER,
): Promise<ExtensionPlace> {
  const [[version]] = (await readRows(database, "SELECT version()")) as [[string]];
  const [[platform]] = (await readRows(database, "PRAGMA platform")) as [[string]];
  return { folder, version, file: join(folder, version, platform, `${name}.duckdb_extension`) };
}

/** Whether this version finds an extension in `folder`. */
export function isAtHand(name: Extension, folder?: string | undefined): Promise<boolean> {
  return withDatabase(async (database) => exists((await extensionPlace(database, name, folder)).file));
}

/**
 * @param source What needs the extension, for messages.
 * @throws UsageError that says where it is looked for and how it gets there
 */
export async function loadExtension(
  database: DuckDBConnection,
  name: Extension,
  source: string,
  folder?: string | undefined,
): Promise<void> {
  const { file, version } = await extensionPlace(database, name, folder);
  const flag = folder === undefined ? "" : ` --extensions ${folder}`;
  if (!(await exists(file))) {
    throw new UsageError(
      `${source}: reading it needs the extension "${name}" of DuckDB ${version}, which is not at ${file}. isrf fetches nothing by itself: \`isrf data extension ${name}${flag}\` does, from extensions.duckdb.org. Or export the table as CSV or Parquet.`,
    );
  }
  await execute(database, `LOAD ${literal(file)}`).catch((cause: Error) => {
    const why = cause.message.split("\n")[0];
    throw new OperationError(`${source}: the extension ${file} cannot be used (${why}). Fetch it again.`, { cause });
  });
}

/**
 * Fetch an extension from DuckDB's own server into `folder`: the one act of isrf that does.
 * @returns the file that was written
 * @throws UsageError where the network is forbidden, OperationError where the server cannot be reached
 */
export async function fetchExtension(name: Extension, folder?: string | undefined): Promise<string> {
  permitted(new URL(HOST));
  return withDatabase(async (database) => {
    const place = await extensionPlace(database, name, folder);
    await execute(database, `SET extension_directory = ${literal(place.folder)}`);
    await execute(database, `FORCE INSTALL ${name} FROM ${literal(HOST)}`).catch((cause: Error) => {
      const why = cause.message.split("\n")[0];
      throw new OperationError(`${name}: it cannot be fetched from ${HOST} (${why}).`, { cause });
    });
    return place.file;
  });
}

const HOST = "http://extensions.duckdb.org";
