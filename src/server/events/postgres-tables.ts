// Tables of a store in PostgreSQL, in a schema of its own.
export const TABLES = `
CREATE SCHEMA IF NOT EXISTS isrf;
CREATE TABLE IF NOT EXISTS isrf.facts (name text PRIMARY KEY, value text NOT NULL);
CREATE TABLE IF NOT EXISTS isrf.events (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL UNIQUE,
  "user" text NOT NULL,
  item text NOT NULL,
  kind text NOT NULL,
  at bigint NOT NULL,
  received bigint NOT NULL,
  value double precision,
  recommendation text
);
DROP INDEX IF EXISTS isrf.events_user;
CREATE INDEX IF NOT EXISTS events_user_kind ON isrf.events ("user", kind, at);
DROP INDEX IF EXISTS isrf.events_item;
CREATE INDEX IF NOT EXISTS events_item_user ON isrf.events (item, kind, "user");
CREATE INDEX IF NOT EXISTS events_at ON isrf.events (at);
CREATE INDEX IF NOT EXISTS events_recommendation ON isrf.events (recommendation) WHERE recommendation IS NOT NULL;
CREATE TABLE IF NOT EXISTS isrf.answers (
  id text PRIMARY KEY,
  at bigint NOT NULL,
  run text NOT NULL,
  model text NOT NULL,
  system text NOT NULL,
  made text NOT NULL,
  "user" text,
  shown integer NOT NULL,
  items jsonb NOT NULL
);
CREATE INDEX IF NOT EXISTS answers_at ON isrf.answers (at);
CREATE TABLE IF NOT EXISTS isrf.items (
  id text PRIMARY KEY,
  entry text,
  removed boolean NOT NULL,
  changed bigint NOT NULL
);
INSERT INTO isrf.facts (name, value) VALUES ('format', '1') ON CONFLICT DO NOTHING;
`;

/** Servers that share a store take turns at making it. */
export const MAKING_LOCK = 4_757_346;

/** Made over all events that there are: of very many that takes minutes. */
export const INDICES = ["events_user_kind", "events_item_user", "events_at", "events_recommendation"] as const;
