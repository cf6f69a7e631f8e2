// A catalogue or a file of users without interactions beside it: read as it would be beside interactions with all of
// its ids.
import type { DuckDBConnection } from "@duckdb/node-api";
import { type Report, silent } from "../base/progress.ts";
import { candidates } from "./columns/candidates.ts";
import { recogniseCatalogue } from "./columns/catalogue-columns.ts";
import { Choosing } from "./columns/chosen.ts";
import { TableView } from "./columns/table-view.ts";
import { execute, identifier } from "./duckdb.ts";
import { resolvePublic } from "./formats/resolve-public.ts";
import { readCatalogue } from "./readers/catalogue.ts";
import { withTable } from "./readers/tables.ts";
import type { TableSource } from "./sources/table-source.ts";
import type { ShopOptions } from "./understand-shop.ts";
import type { ColumnFacts, Understanding } from "./understanding.ts";

export interface AloneInspection {
  readonly kind: "catalogue" | "users" | "unknown";
  readonly columns: readonly ColumnFacts[];
  readonly catalogue?: Understanding["catalogue"];
}

const FACTS = ["title", "brand", "price", "categories", "mainCategory", "description"] as const;

/** What a file that holds no interactions holds. @throws InputError for records that do not parse. */
export async function inspectAlone(file: string, options: ShopOptions, report: Report): Promise<AloneInspection> {
  const { format: given, ...others } = await resolvePublic({ ...options, interactions: file }, silent);
  const format = given === undefined || given === "p5" ? "auto" : given;
  return withTable({ ...others, format, interactions: file }, report, async (database, source) => {
    const { columns, facts } = await recogniseCatalogue(database, source, options);
    if (columns.id !== undefined && FACTS.some((fact) => columns[fact] !== undefined)) {
      const catalogue = await factsOf(database, source, columns.id, options, report);
      return { kind: "catalogue", columns: facts, catalogue };
    }
    const users = await usersOf(database, source);
    if (users !== undefined) return users;
    return { kind: columns.title === undefined ? "unknown" : "catalogue", columns: facts };
  });
}

async function factsOf(
  database: DuckDBConnection,
  source: TableSource,
  id: string,
  options: ShopOptions,
  report: Report,
): Promise<AloneInspection["catalogue"]> {
  const cell = `${identifier(id)}::VARCHAR`;
  const all = `CREATE TABLE item_list AS SELECT id, row_number() OVER () - 1 AS k
    FROM (SELECT DISTINCT trim(${cell}) AS id FROM ${source.sql()} WHERE trim(${cell}) <> '')`;
  await source.read(() => execute(database, all));
  return (await readCatalogue(database, source, id, { ...options, itemsId: id }, report)).facts;
}

async function usersOf(database: DuckDBConnection, source: TableSource): Promise<AloneInspection | undefined> {
  const choosing = new Choosing(await TableView.of(database, source));
  const best = candidates("user", choosing.free(), "users")[0];
  if (best === undefined || best.profile.distinct < 0.75 * best.profile.filled) return undefined;
  choosing.take("user", best);
  return { kind: "users", columns: choosing.facts() };
}
