// A store in one SQLite file. Events that arrive together are written in one transaction, which is on disk before any
// of them is acknowledged.
import { randomBytes } from "node:crypto";
import type { Report } from "../../base/progress.ts";
import { countEvents, UsersByItem } from "./sqlite-counts.ts";
import { SqliteFile } from "./sqlite-file.ts";
import { parts } from "./sqlite-parts.ts";
import type { EventRow, ItemRow } from "./sqlite-schema.ts";
import {
  type AnswerCounts,
  CLICKS,
  type EventPage,
  type GroupBy,
  type ItemChange,
  type LoggedAnswer,
  type NumberedEvent,
  type Pair,
  type Period,
  PURCHASES,
  type Store,
  type StoredEvent,
} from "./store.ts";

interface Waiting {
  readonly events: readonly StoredEvent[];
  readonly resolve: (isNew: readonly boolean[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Events of one transaction: more would hold up answers. */
const MAX_TOGETHER = 2000;
/** Logged answers that are read or removed in one go. */
const BITE = 500;
/** Read in one go, between answers. */
const PAIRS = 2000;

export const USERS_OF = `SELECT DISTINCT user FROM events WHERE item = ? AND kind = ? AND user > ?
  ORDER BY user LIMIT ?`;

export class SqliteStore implements Store {
  private readonly file: SqliteFile;
  private readonly usersByItem: UsersByItem;
  private waiting: Waiting[] = [];
  private isClosed = false;

  /** @throws as `SqliteFile`. */
  constructor(path: string, report?: Report) {
    this.file = new SqliteFile(path, report);
    this.usersByItem = new UsersByItem(this.file);
  }

  get describes(): string {
    return `SQLite, ${this.file.path}`;
  }

  record(events: readonly StoredEvent[]): Promise<readonly boolean[]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ events, resolve, reject });
      if (this.waiting.length === 1) setImmediate(() => this.writeWaiting());
    });
  }

  async ofUser(user: string, kinds: readonly string[], limit: number): Promise<readonly NumberedEvent[]> {
    const sql = `SELECT * FROM events WHERE user = ? AND kind IN (SELECT value FROM json_each(?))
      ORDER BY at DESC, seq DESC LIMIT ?`;
    return this.rows(sql, user, JSON.stringify(kinds), limit).reverse();
  }

  async page({ user, before = Number.MAX_SAFE_INTEGER, limit }: EventPage): Promise<readonly NumberedEvent[]> {
    return user === undefined
      ? this.rows("SELECT * FROM events WHERE seq < ? ORDER BY seq DESC LIMIT ?", before, limit)
      : this.rows("SELECT * FROM events WHERE seq < ? AND user = ? ORDER BY seq DESC LIMIT ?", before, user, limit);
  }

  async *usersOf(item: string, kinds: readonly string[]): AsyncIterable<readonly string[]> {
    for (const kind of new Set(kinds)) {
      for (let last = ""; ; await new Promise(setImmediate)) {
        const rows = this.file.read(() => this.file.statement(USERS_OF).all(item, kind, last, PAIRS));
        const users = (rows as { user: string }[]).map(({ user }) => user);
        yield users;
        if (users.length < PAIRS) break;
        last = users.at(-1)!;
      }
    }
  }

  async countOfItem(item: string): Promise<number> {
    const sql = "SELECT count(*) AS events FROM events WHERE item = ?";
    return this.file.read(() => (this.file.statement(sql).get(item) as { events: number }).events);
  }

  countByItem(period: Period, kinds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.usersByItem.count(period, kinds);
  }

  async *pairs(kinds: readonly string[]): AsyncIterable<readonly Pair[]> {
    const sql = `SELECT DISTINCT item, kind, user FROM events WHERE (item, kind, user) > (?, ?, ?)
      AND kind IN (SELECT value FROM json_each(?)) ORDER BY item, kind, user LIMIT ?`;
    const list = JSON.stringify(kinds);
    for (let last = { item: "", kind: "", user: "" }; ; ) {
      const { item, kind, user } = last;
      const rows = this.file.read(() => this.file.statement(sql).all(item, kind, user, list, PAIRS)) as (typeof last)[];
      yield rows;
      if (rows.length < PAIRS) return;
      last = rows.at(-1)!;
      await new Promise(setImmediate);
    }
  }

  async countSince(at: number): Promise<number> {
    return countEvents(this.file, { since: Math.floor(at) + 1, until: Number.MAX_SAFE_INTEGER });
  }

  async isAnySince(at: number): Promise<boolean> {
    const sql = "SELECT EXISTS (SELECT 1 FROM events WHERE at > ?) AS found";
    return this.file.read(() => (this.file.statement(sql).get(at) as { found: number }).found === 1);
  }

  async logAnswers(answers: readonly LoggedAnswer[]): Promise<void> {
    const log = () => {
      const insert = this.file.statement("INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
      for (const { id, at, run, modelVersion, system, made, user, items } of answers)
        insert.run(id, at, run, modelVersion, system, made, user ?? null, items.length, JSON.stringify(items));
    };
    this.file.write(log, { isLater: true });
  }

  async attribution(period: Period, by: GroupBy): Promise<readonly AnswerCounts[]> {
    const sums = new Map<string, AnswerCounts>();
    for await (const part of parts(this.file, "answers", period, BITE))
      for (const counts of this.attributionOf(part, by)) sums.set(counts.name, sumOf(counts, sums.get(counts.name)));
    return [...sums.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Some at a time, so that answers are given in between. */
  async dropAnswersBefore(at: number): Promise<void> {
    const sql = "DELETE FROM answers WHERE id IN (SELECT id FROM answers WHERE at < ? LIMIT ?)";
    const bite = () => this.file.statement(sql).run(at, BITE).changes;
    while (!this.isClosed && this.file.write(bite, { isLater: true }) === BITE) await new Promise(setImmediate);
  }

  async itemChanges(): Promise<readonly ItemChange[]> {
    const rows = this.file.read(() => this.file.statement("SELECT * FROM items ORDER BY changed, id").all());
    return (rows as ItemRow[]).map(itemChangeOf);
  }

  async itemChange(id: string): Promise<ItemChange | undefined> {
    const row = this.file.read(() => this.file.statement("SELECT * FROM items WHERE id = ?").get(id));
    return row === undefined ? undefined : itemChangeOf(row as ItemRow);
  }

  async saveItem({ id, entry, isRemoved, changed }: ItemChange): Promise<void> {
    const sql = "INSERT OR REPLACE INTO items (id, entry, removed, changed) VALUES (?, ?, ?, ?)";
    this.file.write(() => this.file.statement(sql).run(id, entry ?? null, Number(isRemoved), changed));
  }

  /** Servers beside each other share a database, not a file. */
  onItemsChanged(): void {}

  async salt(): Promise<string> {
    return this.file.write(() => {
      const drawn = randomBytes(16).toString("hex");
      this.file.statement("INSERT OR IGNORE INTO facts (name, value) VALUES ('salt', ?)").run(drawn);
      const { value } = this.file.statement("SELECT value FROM facts WHERE name = 'salt'").get() as { value: string };
      return value;
    });
  }

  changedElsewhere(): readonly string[] | undefined {
    return this.file.wasWrittenElsewhere() ? undefined : [];
  }

  async check(): Promise<void> {
    this.file.check();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.writeWaiting();
    this.file.close();
  }

  private rows(sql: string, ...values: readonly (string | number)[]): NumberedEvent[] {
    const rows = this.file.read(() => this.file.statement(sql).all(...values)) as EventRow[];
    return rows.map(({ value, recommendation, ...rest }) => ({
      ...rest,
      value: value ?? undefined,
      recommendationId: recommendation ?? undefined,
    }));
  }

  private attributionOf({ since, until }: Period, by: GroupBy): AnswerCounts[] {
    const happened = (kinds: readonly string[]) =>
      `count(DISTINCT CASE WHEN e.kind IN (${quoted(kinds)}) THEN a.id END)`;
    const given = `SELECT ${by} AS name, count(*) AS answers, sum(shown) AS shown FROM answers
      WHERE at >= ? AND at < ? GROUP BY ${by}`;
    // From the answers of the period to their events, never the other way round.
    const sql = `SELECT a.${by} AS name, ${happened(CLICKS)} AS clicks, ${happened(PURCHASES)} AS purchases
      FROM answers a CROSS JOIN events e ON e.recommendation = a.id
      WHERE a.at >= ? AND a.at < ? AND EXISTS (SELECT 1 FROM json_each(a.items) WHERE value = e.item)
      GROUP BY a.${by}`;
    return this.file.read(() => {
      const came = this.file.statement(sql).all(since, until) as Pick<AnswerCounts, "name" | "clicks" | "purchases">[];
      const byName = new Map(came.map((row) => [row.name, row]));
      const groups = this.file.statement(given).all(since, until) as Omit<AnswerCounts, "clicks" | "purchases">[];
      return groups.map((group) => {
        const { clicks = 0, purchases = 0 } = byName.get(group.name) ?? {};
        return { ...group, clicks, purchases };
      });
    });
  }

  private writeWaiting(): void {
    while (this.waiting.length > 0) {
      const together: Waiting[] = [];
      for (let size = 0; this.waiting.length > 0 && size < MAX_TOGETHER; size += together.at(-1)!.events.length)
        together.push(this.waiting.shift()!);
      try {
        const answers = this.file.write(() => together.map(({ events }) => this.insert(events)));
        for (const [at, { resolve }] of together.entries()) resolve(answers[at]!);
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
  }

  private insert(events: readonly StoredEvent[]): boolean[] {
    const sql = `INSERT OR IGNORE INTO events (id, user, item, kind, at, received, value, recommendation)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
    const insert = this.file.statement(sql);
    return events.map(({ id, user, item, kind, at, received, value, recommendationId }) => {
      const { changes } = insert.run(id, user, item, kind, at, received, value ?? null, recommendationId ?? null);
      return changes === 1;
    });
  }
}

function itemChangeOf({ id, entry, removed, changed }: ItemRow): ItemChange {
  return { id, entry: entry ?? undefined, isRemoved: removed === 1, changed };
}

function sumOf(some: AnswerCounts, others: AnswerCounts | undefined): AnswerCounts {
  if (others === undefined) return some;
  return {
    name: some.name,
    answers: some.answers + others.answers,
    shown: some.shown + others.shown,
    clicks: some.clicks + others.clicks,
    purchases: some.purchases + others.purchases,
  };
}

function quoted(kinds: readonly string[]): string {
  return kinds.map((kind) => `'${kind}'`).join(", ");
}
