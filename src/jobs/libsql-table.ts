// Jobs as rows of one table.
import type { JobRecord, JobState, Json } from "./store.ts";

export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS jobs (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    payload TEXT NOT NULL,
    tries INTEGER NOT NULL,
    tried INTEGER NOT NULL DEFAULT 0,
    due INTEGER NOT NULL,          -- waits at least until then
    token TEXT,                    -- of the lease; another one takes a new one
    worker TEXT,
    machine TEXT,                  -- where the holder runs, and as which process
    pid INTEGER,
    process TEXT,
    expires INTEGER,               -- end of the lease
    progress TEXT,
    result TEXT,
    error TEXT,
    added INTEGER NOT NULL,
    finished INTEGER
  );
  CREATE INDEX IF NOT EXISTS jobs_by_state ON jobs (state, kind, seq);
`;

export interface JobRow {
  readonly seq: number;
  readonly id: string;
  readonly kind: string;
  readonly state: JobState;
  readonly payload: string;
  readonly tries: number;
  readonly tried: number;
  readonly worker: string | null;
  readonly progress: string | null;
  readonly result: string | null;
  readonly error: string | null;
  readonly added: number;
  readonly finished: number | null;
}

/** Who holds an active job. */
export interface HolderRow {
  readonly id: string;
  readonly kind: string;
  readonly tries: number;
  readonly tried: number;
  readonly machine: string;
  readonly pid: number;
  readonly process: string;
  readonly expires: number;
}

export function recordOf(row: JobRow): JobRecord {
  const { id, kind, state, payload, tries, tried, added } = row;
  return {
    id,
    kind,
    state,
    payload: JSON.parse(payload) as Json,
    tries,
    tried,
    worker: row.worker ?? undefined,
    progress: parsed(row.progress),
    result: parsed(row.result),
    error: row.error ?? undefined,
    added,
    finished: row.finished ?? undefined,
  };
}

function parsed(text: string | null): Json | undefined {
  return text === null ? undefined : (JSON.parse(text) as Json);
}
