// A store in PostgreSQL, which several servers may share: each tells the others of whom it recorded events, and that it
// changed items.
import { randomBytes, randomUUID } from "node:crypto";
import type { Client, ClientBase, Pool, QueryResultRow } from "pg";
import { InputError, OperationError } from "../../base/errors.ts";
import { permitted } from "../../base/permitted.ts";
import { type Report, silent } from "../../base/progress.ts";
import { reasonOf } from "../../base/system-errors.ts";
import { OtherServers } from "./postgres-listener.ts";
import { INDICES, MAKING_LOCK, TABLES } from "./postgres-tables.ts";
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

const CONNECT_MS = 3000;
const QUERY_MS = 10_000;
/** The database lets go of a question before this server does: one that nobody waits for goes on there otherwise. */
const STATEMENT_MS = 9000;
const LIMITS = { connectionTimeoutMillis: CONNECT_MS, query_timeout: QUERY_MS } as const;
const SET_LIMIT = `SET statement_timeout = ${STATEMENT_MS}`;
const POOL = { max: 8, ...LIMITS, onConnect: (client: ClientBase) => client.query(SET_LIMIT) } as const;
/** For questions that go over very many rows, so that events and single users wait behind none of them. */
const COUNTING_POOL = { ...POOL, max: 2 } as const;
/** Who only listens would never learn by itself that the other end is gone without a word. */
const ALIVE = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 } as const;
/** Read or removed in one go. */
const PAIRS = 20_000;
const BITE = 5000;

/**
 * `report` hears of what takes long.
 * @throws OperationError without the package or the database; InputError for a store of another format.
 */
export async function openPostgresStore(url: string, report: Report = silent): Promise<Store> {
  permitted(new URL(url));
  const { default: pg } = await import("pg").catch((cause: unknown) => {
    throw new OperationError("A PostgreSQL store needs the optional package pg: npm install pg.", { cause });
  });
  const connection = { connectionString: url };
  const makePool = (options: typeof POOL | typeof COUNTING_POOL) => {
    const pool = new pg.Pool({ ...connection, ...options });
    // A connection that breaks while nobody uses it is replaced by the next one.
    pool.on("error", () => {});
    return pool;
  };
  const pool = makePool(POOL);
  const isThere = () =>
    pool.query("SELECT 1").then(
      () => true,
      () => false,
    );
  const listener = () => new pg.Client({ ...connection, ...LIMITS, ...ALIVE });
  const others = new OtherServers(listener, randomUUID(), { isThere });
  const store = new PostgresStore({ pool, counting: makePool(COUNTING_POOL), others, place: placeOf(url) });
  try {
    await store.make(new pg.Client({ ...connection, connectionTimeoutMillis: CONNECT_MS, ...ALIVE }), report);
    await others.listen();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Host and database, without name and password. */
function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

interface Parts {
  readonly pool: Pool;
  /** For questions over very many rows. */
  readonly counting: Pool;
  readonly others: OtherServers;
  readonly place: string;
}

class PostgresStore implements Store {
  private readonly pool: Pool;
  private readonly counting: Pool;
  private readonly others: OtherServers;
  private readonly place: string;

  constructor({ pool, counting, others, place }: Parts) {
    this.pool = pool;
    this.counting = counting;
    this.others = others;
    this.place = place;
  }

  get describes(): string {
    return `PostgreSQL, ${this.place}`;
  }

  /** `client`: without a limit on how long a question takes, as indexes over very many events take minutes. */
  async make(client: Client, report: Report): Promise<void> {
    client.on("error", () => {});
    const making = `BEGIN; SELECT pg_advisory_xact_lock(${MAKING_LOCK}); ${TABLES} COMMIT;`;
    await this.guarded(async () => {
      await client.connect();
      try {
        if (await lacksIndices(client))
          report({ kind: "notice", message: `${this.place}: the store gets new indexes, once; this takes a while.` });
        await client.query(making);
      } finally {
        await client.end();
      }
    });
    const [fact] = await this.rows<{ value: string }>("SELECT value FROM isrf.facts WHERE name = 'format'");
    if (fact?.value === "1") return;
    const todo = "Serve with the version that made it, or name another --store.";
    throw new InputError({ where: this.place, found: `a store of format ${fact?.value}`, expected: "format 1", todo });
  }

  async record(events: readonly StoredEvent[]): Promise<readonly boolean[]> {
    const column = <K extends keyof StoredEvent>(key: K) => events.map((event) => event[key] ?? null);
    const sql = `WITH added AS (
      INSERT INTO isrf.events (id, "user", item, kind, at, received, value, recommendation)
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[],
        $7::double precision[], $8::text[])
      ON CONFLICT (id) DO NOTHING RETURNING id
    ) SELECT id, pg_notify($9, $10) FROM added`;
    const added = await this.rows<{ id: string }>(sql, [
      column("id"),
      column("user"),
      column("item"),
      column("kind"),
      column("at"),
      column("received"),
      column("value"),
      column("recommendationId"),
      this.others.channels.events,
      this.others.message(events.map(({ user }) => user)),
    ]);
    const isNew = new Set(added.map(({ id }) => id));
    // Sent twice in one call, the first one counts.
    return events.map(({ id }) => isNew.delete(id));
  }

  async ofUser(user: string, kinds: readonly string[], limit: number): Promise<readonly NumberedEvent[]> {
    const sql = `SELECT * FROM isrf.events WHERE "user" = $1 AND kind = ANY($2::text[])
      ORDER BY at DESC, seq DESC LIMIT $3`;
    return (await this.events(sql, [user, kinds, limit])).reverse();
  }

  async page({ user, before = Number.MAX_SAFE_INTEGER, limit }: EventPage): Promise<readonly NumberedEvent[]> {
    const sql = `SELECT * FROM isrf.events WHERE seq < $1 AND ($2::text IS NULL OR "user" = $2)
      ORDER BY seq DESC LIMIT $3`;
    return this.events(sql, [before, user ?? null, limit]);
  }

  async *usersOf(item: string, kinds: readonly string[]): AsyncIterable<readonly string[]> {
    const sql = `SELECT DISTINCT "user" FROM isrf.events WHERE item = $1 AND kind = $2 AND "user" > $3
      ORDER BY "user" LIMIT $4`;
    for (const kind of new Set(kinds)) {
      for (let last = ""; ; ) {
        const users = (await this.rows<{ user: string }>(sql, [item, kind, last, PAIRS])).map(({ user }) => user);
        yield users;
        if (users.length < PAIRS) break;
        last = users.at(-1)!;
      }
    }
  }

  async countOfItem(item: string): Promise<number> {
    const [row] = await this.rows<{ events: string }>("SELECT count(*) AS events FROM isrf.events WHERE item = $1", [
      item,
    ]);
    return Number(row!.events);
  }

  async countByItem({ since, until }: Period, kinds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const sql = `SELECT item, count(DISTINCT "user") AS users FROM isrf.events
      WHERE at >= $1 AND at < $2 AND kind = ANY($3::text[]) GROUP BY item`;
    const rows = await this.counted<{ item: string; users: string }>(sql, [since, until, kinds]);
    return new Map(rows.map(({ item, users }) => [item, Number(users)]));
  }

  async *pairs(kinds: readonly string[]): AsyncIterable<readonly Pair[]> {
    const sql = `SELECT DISTINCT item, kind, "user" FROM isrf.events WHERE (item, kind, "user") > ($1, $2, $3)
      AND kind = ANY($4::text[]) ORDER BY item, kind, "user" LIMIT $5`;
    for (let last = { item: "", kind: "", user: "" }; ; ) {
      const { item, kind, user } = last;
      const rows = await this.rows<typeof last>(sql, [item, kind, user, kinds, PAIRS]);
      yield rows;
      if (rows.length < PAIRS) return;
      last = rows.at(-1)!;
    }
  }

  async countSince(at: number): Promise<number> {
    const sql = "SELECT count(*) AS events FROM isrf.events WHERE at > $1";
    const [row] = await this.counted<{ events: string }>(sql, [at]);
    return Number(row!.events);
  }

  async isAnySince(at: number): Promise<boolean> {
    const sql = "SELECT EXISTS (SELECT FROM isrf.events WHERE at > $1) AS found";
    const [row] = await this.rows<{ found: boolean }>(sql, [at]);
    return row!.found;
  }

  async logAnswers(answers: readonly LoggedAnswer[]): Promise<void> {
    const column = <K extends keyof LoggedAnswer>(key: K) => answers.map((answer) => answer[key] ?? null);
    const sql = `INSERT INTO isrf.answers (id, at, run, model, system, made, "user", shown, items)
      SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
        $8::integer[], $9::jsonb[]) ON CONFLICT (id) DO NOTHING`;
    await this.rows(sql, [
      column("id"),
      column("at"),
      column("run"),
      column("modelVersion"),
      column("system"),
      column("made"),
      column("user"),
      answers.map(({ items }) => items.length),
      answers.map(({ items }) => JSON.stringify(items)),
    ]);
  }

  async attribution({ since, until }: Period, by: GroupBy): Promise<readonly AnswerCounts[]> {
    // An event counts for an answer that showed its item.
    const sql = `WITH given AS (SELECT * FROM isrf.answers WHERE at >= $1 AND at < $2),
      came AS (
        SELECT a.id, bool_or(e.kind = ANY($3::text[])) AS clicked, bool_or(e.kind = ANY($4::text[])) AS purchased
        FROM isrf.events e JOIN given a ON a.id = e.recommendation WHERE a.items ? e.item GROUP BY a.id
      )
      SELECT ${by} AS name, count(*) AS answers, sum(shown) AS shown, count(*) FILTER (WHERE clicked) AS clicks,
        count(*) FILTER (WHERE purchased) AS purchases
      FROM given LEFT JOIN came USING (id) GROUP BY ${by} ORDER BY ${by}`;
    const rows = await this.counted<Record<keyof AnswerCounts, string>>(sql, [since, until, CLICKS, PURCHASES]);
    return rows.map(({ name, answers, shown, clicks, purchases }) => ({
      name,
      answers: Number(answers),
      shown: Number(shown),
      clicks: Number(clicks),
      purchases: Number(purchases),
    }));
  }

  async dropAnswersBefore(at: number): Promise<void> {
    const sql = "DELETE FROM isrf.answers WHERE id IN (SELECT id FROM isrf.answers WHERE at < $1 LIMIT $2) RETURNING 1";
    while ((await this.rows(sql, [at, BITE])).length === BITE);
  }

  async itemChanges(): Promise<readonly ItemChange[]> {
    return (await this.rows<ItemRow>("SELECT * FROM isrf.items ORDER BY changed, id")).map(itemChangeOf);
  }

  async itemChange(id: string): Promise<ItemChange | undefined> {
    const [row] = await this.rows<ItemRow>("SELECT * FROM isrf.items WHERE id = $1", [id]);
    return row && itemChangeOf(row);
  }

  async saveItem({ id, entry, isRemoved, changed }: ItemChange): Promise<void> {
    const sql = `WITH saved AS (
      INSERT INTO isrf.items (id, entry, removed, changed) VALUES ($1, $2, $3, $4)
      ON CONFLICT (id) DO UPDATE SET entry = $2, removed = $3, changed = $4 RETURNING id
    ) SELECT pg_notify($5, $6) FROM saved`;
    const { channels, name } = this.others;
    await this.rows(sql, [id, entry ?? null, isRemoved, changed, channels.items, name]);
  }

  onItemsChanged(tell: () => void): void {
    this.others.onItemsChanged(tell);
  }

  async salt(): Promise<string> {
    const drawn = randomBytes(16).toString("hex");
    await this.rows("INSERT INTO isrf.facts (name, value) VALUES ('salt', $1) ON CONFLICT DO NOTHING", [drawn]);
    const [fact] = await this.rows<{ value: string }>("SELECT value FROM isrf.facts WHERE name = 'salt'");
    return fact!.value;
  }

  changedElsewhere(): readonly string[] | undefined {
    return this.others.changed();
  }

  async check(): Promise<void> {
    await this.rows("SELECT 1");
  }

  async close(): Promise<void> {
    await this.others.close();
    await Promise.all([this.pool.end(), this.counting.end()]);
  }

  private async events(sql: string, values: readonly unknown[]): Promise<NumberedEvent[]> {
    const rows = await this.rows<
      Omit<StoredEvent, "recommendationId"> & { seq: string; recommendation: string | null }
    >(sql, values);
    return rows.map(({ seq, at, received, value, recommendation, ...rest }) => ({
      ...rest,
      seq: Number(seq),
      at: Number(at),
      received: Number(received),
      value: value ?? undefined,
      recommendationId: recommendation ?? undefined,
    }));
  }

  private async rows<Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.guarded(() => this.pool.query<Row>(sql, [...values]))).rows;
  }

  private async counted<Row extends QueryResultRow>(sql: string, values: readonly unknown[]): Promise<Row[]> {
    return (await this.guarded(() => this.counting.query<Row>(sql, [...values]))).rows;
  }

  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw new OperationError(`PostgreSQL at ${this.place}: the store failed (${reasonOf(cause)}).`, { cause });
    }
  }
}

/** Whether there are events from before, over which indexes must be made. */
async function lacksIndices(client: Client): Promise<boolean> {
  const sql = `SELECT to_regclass('isrf.events') IS NOT NULL
    AND EXISTS (SELECT FROM unnest($1::text[]) AS name WHERE to_regclass('isrf.' || name) IS NULL) AS lacking`;
  const { rows } = await client.query<{ lacking: boolean }>(sql, [INDICES]);
  return rows[0]!.lacking;
}

interface ItemRow {
  readonly id: string;
  readonly entry: string | null;
  readonly removed: boolean;
  readonly changed: string;
}

function itemChangeOf({ id, entry, removed, changed }: ItemRow): ItemChange {
  return { id, entry: entry ?? undefined, isRemoved: removed, changed: Number(changed) };
}
