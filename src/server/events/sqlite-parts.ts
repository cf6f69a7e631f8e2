// Very many rows of a store in SQLite, a part at a time, so that answers are given in between.
import type { SqliteFile } from "./sqlite-file.ts";
import type { Period } from "./store.ts";

/** Periods of some `size` rows of `table` each, in order; together they are `period`. */
export async function* parts(
  file: SqliteFile,
  table: "answers" | "events",
  { since, until }: Period,
  size: number,
): AsyncIterable<Period> {
  const bound = `SELECT at FROM ${table} WHERE at >= ? AND at < ? ORDER BY at LIMIT 1 OFFSET ?`;
  for (let from = since; from < until; await new Promise(setImmediate)) {
    const next = file.read(() => file.statement(bound).get(from, until, size)) as { at: number } | undefined;
    // What happened in one millisecond stays together.
    const to = next === undefined ? until : Math.max(next.at, from + 1);
    yield { since: from, until: to };
    from = to;
  }
}
