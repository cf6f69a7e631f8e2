// The cells of a companion file for the ids that joined, one record an id.
import type { DuckDBConnection } from "@duckdb/node-api";
import { identifier, parseExactly, readRows } from "../duckdb.ts";
import type { TableSource } from "../sources/table-source.ts";
import type { JoinFacts } from "../understanding.ts";
import { idText } from "./id-text.ts";
import type { Join } from "./join.ts";

export interface Records {
  /** By id of the interactions: cells beside `columns`, null where there is none. */
  readonly cells: ReadonlyMap<string, readonly unknown[]>;
  readonly repeated: JoinFacts["repeated"];
  /** An id with more than one row, for messages: what contradicts itself, else what repeats. */
  readonly example?: string | undefined;
}

interface Numbered {
  /** Which row of the file. */
  readonly row: number;
  readonly cells: readonly unknown[];
}

/**
 * Where several rows have an id, the first one counts, and what it leaves empty comes from the next that has it.
 * Needs the table `joined` of `joinIds`.
 */
export async function readRecords(
  database: DuckDBConnection,
  source: TableSource,
  join: Join,
  columns: readonly string[],
): Promise<Records> {
  const cells = columns.map((name) => `t.${identifier(name)}`).join(", ");
  const sql = `SELECT n, raw, cells FROM
    (SELECT row_number() OVER () AS n, ${idText(source, join.facts.idColumn)} AS raw,
     json_array(${cells})::VARCHAR AS cells FROM ${source.sql(true)} t)
    WHERE raw IN (SELECT raw FROM joined)`;
  const rows = await source.read(() => readRows(database, sql));
  const byId = new Map<string, Numbered[]>();
  for (const [n, raw, json] of rows) {
    const record = { row: Number(n), cells: parseExactly(String(json)) as unknown[] };
    for (const id of join.ids.get(String(raw)) ?? []) {
      const list = byId.get(id);
      if (list === undefined) byId.set(id, [record]);
      else list.push(record);
    }
  }
  return merge(byId);
}

function merge(byId: ReadonlyMap<string, Numbered[]>): Records {
  const cells = new Map<string, readonly unknown[]>();
  let count = 0;
  let contradicting = 0;
  let example: string | undefined;
  for (const [id, records] of byId) {
    records.sort((a, b) => a.row - b.row);
    cells.set(id, mergedCells(records));
    if (records.length === 1) continue;
    count++;
    const contradicts = records.some((record) => contradict(cells.get(id)!, record.cells));
    if (contradicts && contradicting++ === 0) example = id;
    example ??= id;
  }
  return { cells, repeated: { count, contradicting }, example };
}

function mergedCells(records: readonly Numbered[]): readonly unknown[] {
  const [first] = records as [Numbered];
  if (records.length === 1) return first.cells;
  return first.cells.map((_, k) => records.map((record) => record.cells[k]).find((cell) => !isEmpty(cell)) ?? null);
}

function contradict(one: readonly unknown[], other: readonly unknown[]): boolean {
  return other.some((cell, k) => !isEmpty(cell) && JSON.stringify(cell) !== JSON.stringify(one[k]));
}

function isEmpty(cell: unknown): boolean {
  return cell === null || cell === undefined || cell === "" || (Array.isArray(cell) && cell.length === 0);
}
