// Where no column is named as a title: the one whose cells read like titles, if exactly one does.
import type { DuckDBConnection } from "@duckdb/node-api";
import { identifier, readRows } from "../duckdb.ts";
import type { TableSource } from "../sources/table-source.ts";

/** Columns among `columns` whose cells are short distinct texts with letters, on nearly every row. */
export async function titleLikeColumns(
  database: DuckDBConnection,
  source: TableSource,
  columns: readonly string[],
): Promise<string[]> {
  if (columns.length === 0) return [];
  const tests = columns.map((column) => {
    const cell = identifier(column);
    const text = `trim(${cell}::VARCHAR)`;
    return `(count(*) FILTER (${text} <> '') >= 0.9 * count(*)
      AND approx_count_distinct(${text}) >= 0.7 * count(*)
      AND avg(length(${text})) BETWEEN 3 AND 120
      AND avg(regexp_matches(${text}, '[\\p{L}]{3}|[\\p{Han}\\p{Hiragana}\\p{Katakana}\\p{Hangul}]{2}')::INTEGER) >= 0.8
      AND avg(regexp_matches(${text}, '[\\p{L}] [\\p{L}\\p{N}]|[\\p{Han}\\p{Hiragana}\\p{Katakana}\\p{Hangul}]{2}')::INTEGER) >= 0.3
      AND avg(regexp_matches(${text}, '^[a-z]+://|^www\\.|^[\\[{<]|^[^ ]+@[^ ]+$|\\.(jpe?g|png|gif|webp|html?)$')::INTEGER) < 0.1)`;
  });
  const [row] = await source.read(() => readRows(database, `SELECT ${tests.join(", ")} FROM ${source.sql()}`));
  return columns.filter((_, k) => row![k] === true);
}
