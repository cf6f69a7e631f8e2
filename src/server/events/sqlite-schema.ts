// Tables of a store in SQLite.
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  user TEXT NOT NULL,
  item TEXT NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  received INTEGER NOT NULL,
  value REAL,
  recommendation TEXT
);
CREATE INDEX IF NOT EXISTS events_user_kind ON events (user, kind, at);
CREATE INDEX IF NOT EXISTS events_item_user ON events (item, kind, user);
CREATE INDEX IF NOT EXISTS events_at_kind ON events (at, kind, item, user);
DROP INDEX IF EXISTS events_user;
DROP INDEX IF EXISTS events_item;
DROP INDEX IF EXISTS events_at;
CREATE INDEX IF NOT EXISTS events_recommendation ON events (recommendation) WHERE recommendation IS NOT NULL;
CREATE TABLE IF NOT EXISTS answers (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  run TEXT NOT NULL,
  model TEXT NOT NULL,
  system TEXT NOT NULL,
  made TEXT NOT NULL,
  user TEXT,
  shown INTEGER NOT NULL,
  items TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answers_at ON answers (at);
CREATE TABLE IF NOT EXISTS items (
  id TEXT PRIMARY KEY,
  entry TEXT,
  removed INTEGER NOT NULL,
  changed INTEGER NOT NULL
) WITHOUT ROWID;
`;

/** Indices that stores of before do not have: of many events each takes a while. */
export const LATER_INDICES = ["events_user_kind", "events_item_user", "events_at_kind"] as const;

export interface EventRow {
  readonly seq: number;
  readonly id: string;
  readonly user: string;
  readonly item: string;
  readonly kind: string;
  readonly at: number;
  readonly received: number;
  readonly value: number | null;
  readonly recommendation: string | null;
}

export interface ItemRow {
  readonly id: string;
  readonly entry: string | null;
  readonly removed: number;
  readonly changed: number;
}
