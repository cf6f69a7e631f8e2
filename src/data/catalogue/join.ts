// Which records of a companion file (items, users) belong to which ids of the interactions. Ids that are equal as
// written join first; the others by the ladder of `id-keys.ts`, a doubtful rule only where it is one to one.
import type { DuckDBConnection } from "@duckdb/node-api";
import { execute, readRows } from "../duckdb.ts";
import type { TableSource } from "../sources/table-source.ts";
import type { JoinFacts } from "../understanding.ts";
import { ID_RULES, type IdRule, idKey, sameIdKey } from "./id-keys.ts";
import { idText } from "./id-text.ts";

/** Ids of the interactions: a table `(id, k)` of the database. */
export type IdList = "item_list" | "user_list";

export interface Join {
  /** Id as the file writes it -> ids of the interactions that it stands for. */
  readonly ids: ReadonlyMap<string, readonly string[]>;
  /** Ids of the interactions. */
  readonly known: number;
  readonly facts: Omit<JoinFacts, "repeated">;
  /** Ids that would meet under a rule that is not one to one, or that is not to be taken. */
  readonly nearly?: NearlyJoined | undefined;
}

export interface NearlyJoined {
  readonly words: string;
  readonly count: number;
  readonly example: string;
  /** Whether the rule tells all ids apart, and explains most of what is left. */
  readonly isClear: boolean;
}

/** Make the table `companion(raw)`: the ids in `idColumn`. @throws InputError for records that do not parse. */
export async function loadIds(database: DuckDBConnection, source: TableSource, idColumn: string): Promise<void> {
  const sql = `CREATE OR REPLACE TABLE companion AS SELECT ${idText(source, idColumn)} AS raw FROM ${source.sql(true)} t`;
  await source.read(() => execute(database, sql));
}

/** Needs the table of `loadIds`; leaves the table `joined(raw, id)`. By rules that `takes` lacks, nothing joins. */
export async function joinIds(
  database: DuckDBConnection,
  source: TableSource,
  idColumn: string,
  list: IdList,
  takes: readonly IdRule[] = ID_RULES,
): Promise<Join> {
  await execute(
    database,
    `CREATE OR REPLACE TABLE file_ids AS SELECT raw, min(rowid) AS n FROM companion WHERE raw <> '' GROUP BY raw;
     CREATE OR REPLACE TABLE joined AS SELECT raw, id FROM file_ids JOIN ${list} ON raw = id;`,
  );
  const climbed = await climb(database, list, takes);
  const rows = await readRows(database, "SELECT raw, id FROM joined");
  const ids = new Map<string, string[]>();
  for (const [key, id] of rows) ids.set(String(key), [...(ids.get(String(key)) ?? []), String(id)]);
  const facts = { file: source.name, idColumn, ...(await countJoin(database, list)), alike: climbed.alike };
  return { ids, known: await one(database, `SELECT count(*) FROM ${list}`), facts, nearly: climbed.nearly };
}

/** The same join counted for items alone that `held_items` lacks: others may have their entry from before. */
export async function countNew(database: DuckDBConnection, join: Join): Promise<Join> {
  const news = "(SELECT id, k FROM item_list WHERE id NOT IN (SELECT id FROM held_items))";
  const rows = await readRows(
    database,
    `SELECT id FROM ${news} WHERE id NOT IN (SELECT id FROM joined) ORDER BY k LIMIT ${EXAMPLES}`,
  );
  const facts = {
    ...join.facts,
    entries: await one(database, `SELECT count(DISTINCT id) FROM joined JOIN ${news} USING (id)`),
    without: rows.map(([id]) => String(id)),
  };
  return { ...join, facts, known: await one(database, `SELECT count(*) FROM ${news}`) };
}

/** How many ids of `list` a column of the table meets, blanks and the like passed over. */
export async function countMeeting(
  database: DuckDBConnection,
  table: string,
  column: string,
  list: IdList,
): Promise<number> {
  return one(
    database,
    `SELECT count(*) FROM ${list} WHERE ${sameIdKey("id")} IN (SELECT ${sameIdKey(column)} FROM ${table})`,
  );
}

const LEFT = (list: IdList) => `(SELECT id FROM ${list} WHERE id NOT IN (SELECT id FROM joined))`;

async function climb(
  database: DuckDBConnection,
  list: IdList,
  takes: readonly IdRule[],
): Promise<Pick<JoinFacts, "alike"> & Pick<Join, "nearly">> {
  const alike: JoinFacts["alike"][number][] = [];
  let nearly: Join["nearly"];
  const loosest = ID_RULES.at(-1)!;
  const couldJoin = `SELECT count(*) FROM ${LEFT(list)}
    WHERE ${idKey("id", loosest)} IN (SELECT ${idKey("raw", loosest)} FROM file_ids)`;
  if ((await one(database, couldJoin)) === 0) return { alike, nearly };
  await execute(
    database,
    `CREATE OR REPLACE TABLE list_keys AS SELECT id, id AS key FROM ${list};
     CREATE OR REPLACE TABLE file_keys AS SELECT raw, ${sameIdKey("raw")} AS same, raw AS key FROM file_ids;`,
  );
  for (const rule of ID_RULES) {
    const found = await tryRule(database, list, rule);
    if (found === undefined) continue;
    const { isClear, ...words } = found;
    if (isClear && takes.includes(rule)) {
      await execute(database, "INSERT INTO joined SELECT raw, id FROM pairs");
      alike.push(words);
    } else nearly ??= found;
  }
  return { alike, nearly };
}

/** Leaves the table `pairs(id, raw, key)`; undefined where no ids meet. */
async function tryRule(database: DuckDBConnection, list: IdList, rule: IdRule): Promise<NearlyJoined | undefined> {
  await execute(
    database,
    `CREATE OR REPLACE TABLE list_keys AS SELECT id, ${rule.step("key")} AS key FROM list_keys;
     CREATE OR REPLACE TABLE file_keys AS SELECT raw, same, ${rule.step("key")} AS key FROM file_keys;
     CREATE OR REPLACE TABLE pairs AS SELECT l.id, f.raw, f.key FROM list_keys l JOIN file_keys f USING (key)
       WHERE l.id IN ${LEFT(list)} AND key <> '';`,
  );
  const count = await one(database, "SELECT count(DISTINCT id) FROM pairs");
  if (count === 0) return undefined;
  const [first] = await readRows(database, "SELECT id, raw FROM pairs ORDER BY ALL LIMIT 1");
  const found = { words: rule.words, count, example: `"${first![0]}" and "${first![1]}"` };
  const isClear = !rule.isDoubtful || ((await isOneToOne(database)) && (await isCommon(database, list, count)));
  return { ...found, isClear };
}

/** Whether no key of a pair stands for two ids on either side. */
async function isOneToOne(database: DuckDBConnection): Promise<boolean> {
  const shared = (table: string, id: string) =>
    one(
      database,
      `SELECT count(*) FROM (SELECT key FROM ${table} WHERE key IN (SELECT key FROM pairs)
       GROUP BY key HAVING count(DISTINCT ${id}) > 1)`,
    );
  return (await shared("list_keys", "id")) === 0 && (await shared("file_keys", "same")) === 0;
}

/** Whether a rule explains most of what it could: a few chance hits among many ids are no rule. */
async function isCommon(database: DuckDBConnection, list: IdList, count: number): Promise<boolean> {
  const left = await one(database, `SELECT count(*) FROM ${LEFT(list)}`);
  const spare = await one(database, "SELECT count(*) FROM file_ids WHERE raw NOT IN (SELECT raw FROM joined)");
  return 2 * count >= Math.min(left, spare);
}

const EXAMPLES = 3;

async function countJoin(database: DuckDBConnection, list: IdList) {
  const unsold = "FROM file_ids WHERE raw NOT IN (SELECT raw FROM joined)";
  const texts = async (sql: string) => (await readRows(database, sql)).map(([text]) => String(text));
  return {
    rows: await one(database, "SELECT count(*) FROM companion"),
    joining: await one(database, "SELECT count(*) FROM companion WHERE raw IN (SELECT raw FROM joined)"),
    entries: await one(database, "SELECT count(DISTINCT id) FROM joined"),
    without: await texts(`SELECT id FROM ${list} WHERE id NOT IN (SELECT id FROM joined) ORDER BY k LIMIT ${EXAMPLES}`),
    unsold: {
      count: await one(database, `SELECT count(*) ${unsold}`),
      examples: await texts(`SELECT raw ${unsold} ORDER BY n LIMIT ${EXAMPLES}`),
    },
  };
}

async function one(database: DuckDBConnection, sql: string): Promise<number> {
  return Number((await readRows(database, sql))[0]![0]);
}
