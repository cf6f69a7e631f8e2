// What a dataset holds already, beside files that add to it: its items may have new entries in the catalogue, and its
// users and items are known again by their ids as they are written there.
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Report } from "../../base/progress.ts";
import { percent } from "../../base/written-numbers.ts";
import { spellingKey } from "../catalogue/id-keys.ts";
import type { IdList } from "../catalogue/join.ts";
import type { InteractionColumns } from "../columns/meanings.ts";
import { execute, readRows } from "../duckdb.ts";
import type { TableSource } from "../sources/table-source.ts";

export interface HeldShop {
  /** What messages call it. */
  readonly name: string;
  readonly users: readonly string[];
  readonly items: readonly string[];
  /** Columns of the interactions that it was read from. */
  readonly columns?: Partial<InteractionColumns> | undefined;
}

type Role = "user" | "item" | "timestamp" | "rating" | "event" | "quantity";
type Named = Partial<Record<Role, string | undefined>>;

/** Columns that the dataset was read from, where this table has them and nothing else is said. */
export function heldColumns(
  { columns }: Pick<TableSource, "columns">,
  held: HeldShop | undefined,
  said: Named & { readonly ignore?: readonly string[] | undefined },
  roles: readonly Role[],
): Named {
  const taken = new Set([...roles.map((role) => said[role]), ...(said.ignore ?? [])]);
  const usual = roles.flatMap((role) => {
    const name = held?.columns?.[role];
    const isFree = said[role] === undefined && name !== undefined && !taken.has(name) && columns.includes(name);
    return isFree ? [[role, name] as const] : [];
  });
  return Object.fromEntries(usual);
}

/** Users or items of the dataset, and those of these files. */
interface Side {
  readonly thing: "user" | "item";
  readonly ids: readonly string[];
  /** Tables of the ids there, `(id)`, and here. */
  readonly table: "held_users" | "held_items";
  readonly list: IdList;
}

/** Leaves the tables `held_users(id)` and `held_items(id)`, and says where ids look as if they meant known ones. */
export async function meetHeld(
  database: DuckDBConnection,
  { name, users, items }: HeldShop,
  { name: file }: Pick<TableSource, "name">,
  report: Report,
): Promise<void> {
  const sides: readonly Side[] = [
    { thing: "user", ids: users, table: "held_users", list: "user_list" },
    { thing: "item", ids: items, table: "held_items", list: "item_list" },
  ];
  for (const side of sides) {
    await writeIds(database, side.table, side.ids);
    const spelt = await otherSpellings(database, side, name);
    const told = spelt ?? (await fewKnown(database, side, name));
    if (told === undefined) continue;
    // Sessions are users who never come back; items do.
    const kind = spelt === undefined && side.thing === "user" ? "notice" : "warning";
    report({ kind, message: `${file}: ${told}` });
  }
}

async function otherSpellings(
  database: DuckDBConnection,
  { thing, table, list }: Side,
  name: string,
): Promise<string | undefined> {
  const [row] = await readRows(
    database,
    `SELECT count(*), arg_min(l.id, l.k), arg_min(h.id, l.k)
     FROM (SELECT id, k, ${spellingKey("id")} AS key FROM ${list} WHERE id NOT IN (SELECT id FROM ${table})) l
     JOIN (SELECT min(id) AS id, ${spellingKey("id")} AS key FROM ${table} GROUP BY key) h ON l.key = h.key`,
  );
  const [count, here, there] = row!;
  if (Number(count) === 0) return undefined;
  const alone = 'in case, zeros in front, a ".0" or the like alone';
  return `${count} ${thing} ids differ from ids of ${name} ${alone} ("${here}" here, "${there}" there); they are taken for other ${thing}s. Where they are the same, write them as there.`;
}

/** Below this share of known ones among at least `MANY`, users and items are told to be new. */
const FEW_KNOWN = 0.05;
const MANY = 10;

async function fewKnown(
  database: DuckDBConnection,
  { thing, ids, table, list }: Side,
  name: string,
): Promise<string | undefined> {
  const [row] = await readRows(
    database,
    `SELECT count(*), count(*) FILTER (id IN (SELECT id FROM ${table})), arg_min(id, k) FROM ${list}`,
  );
  const [all, known] = [Number(row![0]), Number(row![1])];
  if (all < MANY || known >= FEW_KNOWN * all || ids.length === 0) return undefined;
  return `${known} of its ${all} ${thing}s (${percent(known / all)}) are in ${name}, which calls them like "${ids[0]}"; here they are like "${row![2]}".`;
}

/** Add the items of `held_items` to `item_list`, behind those that are there. */
export async function listHeldItems(database: DuckDBConnection): Promise<void> {
  await execute(
    database,
    `INSERT INTO item_list SELECT id, (SELECT count(*) FROM item_list) + row_number() OVER () - 1
     FROM held_items WHERE id NOT IN (SELECT id FROM item_list)`,
  );
}

async function writeIds(database: DuckDBConnection, table: string, ids: readonly string[]): Promise<void> {
  await execute(database, `CREATE TABLE ${table} (id VARCHAR)`);
  const appender = await database.createAppender(table);
  try {
    for (const id of ids) {
      appender.appendVarchar(id);
      appender.endRow();
    }
  } finally {
    appender.closeSync();
  }
}
