// Counts of very many events in SQLite, a part at a time.
import type { SqliteFile } from "./sqlite-file.ts";
import { parts } from "./sqlite-parts.ts";
import type { Period } from "./store.ts";

/** Events that are counted in one go: in milliseconds, by an index that holds all that is read. */
const EVENTS = 20_000;
/** Events whose users are put together in one go, and items that are read then. */
const PAIRS = 2000;
const ITEMS = 500;

export const COUNT = "SELECT count(*) AS events FROM events WHERE at >= ? AND at < ?";
export const PUT_TOGETHER = `INSERT OR IGNORE INTO temp.takers SELECT item, user FROM events
  WHERE at >= ? AND at < ? AND kind IN (SELECT value FROM json_each(?))`;
const MADE = `CREATE TEMP TABLE IF NOT EXISTS takers (item TEXT, user TEXT, PRIMARY KEY (item, user)) WITHOUT ROWID`;
const EMPTIED = "DELETE FROM temp.takers";
const COUNTED = `SELECT item, count(*) AS users FROM temp.takers WHERE item > ? GROUP BY item ORDER BY item LIMIT ${ITEMS}`;

export async function countEvents(file: SqliteFile, period: Period): Promise<number> {
  let count = 0;
  for await (const { since, until } of parts(file, "events", period, EVENTS))
    count += (file.read(() => file.statement(COUNT).get(since, until)) as { events: number }).events;
  return count;
}

/** How many users have which item: kept on disk while it is counted, since all pairs of a month fit into no memory. */
export class UsersByItem {
  private readonly file: SqliteFile;
  /** One count after the other: they share a table. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(file: SqliteFile) {
    this.file = file;
  }

  count(period: Period, kinds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const count = async () => {
      this.run(MADE);
      this.run(EMPTIED);
      for await (const { since, until } of parts(this.file, "events", period, PAIRS))
        this.run(PUT_TOGETHER, since, until, JSON.stringify(kinds));
      const counts = await this.counted();
      this.run(EMPTIED);
      return counts;
    };
    const counted = this.last.then(count, count);
    this.last = counted.catch(() => {});
    return counted;
  }

  private async counted(): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (let last = ""; ; await new Promise(setImmediate)) {
      const rows = this.file.read(() => this.file.statement(COUNTED).all(last)) as { item: string; users: number }[];
      for (const { item, users } of rows) counts.set(item, users);
      if (rows.length < ITEMS) return counts;
      last = rows.at(-1)!.item;
    }
  }

  private run(sql: string, ...values: readonly (string | number)[]): void {
    this.file.read(() => this.file.statement(sql).run(...values));
  }
}
