// A column of times of day beside a column of dates.
import { literal, readRows } from "../../duckdb.ts";
import { isMissingSql } from "../missing-words.ts";
import { clockSecondsSql, shapeSql } from "./date-sql.ts";
import type { TimeCells } from "./time-cells.ts";
import { clockShape, shapeOf } from "./time-shape.ts";

/**
 * SQL: seconds since midnight in the column `text` of `cells.table`; NULL where it is no time of day. Numbers are
 * fractions of a day, hours, hours and minutes (0644), with seconds (064419), or seconds, as the whole column allows.
 */
export async function readClocks(
  { database, table }: Pick<TimeCells, "database" | "table">,
  text: string,
): Promise<string> {
  const plain = `trim(${text}, ' \t"''')`;
  const counted = await readRows(
    database,
    `SELECT translate(${plain}, '0123456789', '9999999999') AS shape FROM ${table} WHERE ${text} IS NOT NULL
     GROUP BY shape LIMIT 1000`,
  );
  const shapes = new Map<string, string[]>();
  for (const [masked] of counted) {
    const shape = shapeOf(String(masked));
    shapes.set(shape, [...(shapes.get(shape) ?? []), String(masked)]);
  }
  const cases = Array.from(shapes, ([shape, texts]) => [shape, clockShape(shape, texts)] as const).flatMap(
    ([shape, clock]) =>
      clock === undefined ? [] : [`WHEN ${shapeSql(plain)} = ${literal(shape)} THEN ${clockSecondsSql(plain, clock)}`],
  );
  const number = `TRY_CAST(replace(${plain}, ',', '.') AS DOUBLE)`;
  const numbers = await numbersSql({ database, table }, number);
  // Without a time of day, the day begins.
  const empty = `WHEN ${isMissingSql(plain)} THEN 0`;
  return `(CASE ${empty} ${cases.join(" ")} ELSE ${numbers} END)`;
}

async function numbersSql({ database, table }: Pick<TimeCells, "database" | "table">, number: string): Promise<string> {
  const [row] = await readRows(
    database,
    `SELECT max(v), count(*) FILTER (v % 100 > 59), count(*) FILTER (v % 1 > 0) FROM (SELECT ${number} AS v FROM ${table})`,
  );
  const [max, odd, fractions] = row!.map(Number) as [number, number, number];
  const within = (limit: number, sql: string) => `CASE WHEN ${number} BETWEEN 0 AND ${limit} THEN ${sql} END`;
  if (max < 1 && fractions > 0) return within(1, `round(${number} * 86400)`);
  if (max <= 24) return within(24, `${number} * 3600`);
  if (max <= 2400 && odd === 0) return within(2400, `${number} // 100 * 3600 + ${number} % 100 * 60`);
  if (max > 86_400 || odd === 0) {
    return within(240_000, `${number} // 10000 * 3600 + ${number} // 100 % 100 * 60 + ${number} % 100`);
  }
  return within(86_400, number);
}
