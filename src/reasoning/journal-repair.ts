// Saving what can be read of a damaged journal: a lost answer is paid for again, so every readable one counts.
import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
} from "node:fs";
import Database from "libsql";
import { JOURNAL_RECORD, RECORD_COLUMNS } from "./journal-record.ts";

export interface Salvage {
  /** Records that could be read and are whole. */
  readonly kept: number;
  /** Where the damaged file lies now. */
  readonly damaged: string;
}

/** A database and what SQLite keeps beside it. */
const LOGS = ["", "-wal", "-shm"];
/** The first 100 bytes of a database hold its page size and how many pages it has (SQLite file format, section 1.3). */
const HEADER = { pageSizeAt: 16, pagesAt: 28, bytes: 100 } as const;

/** Write what is readable at `path` to a sound file in its place; the damaged one stays beside it. */
export function salvage(path: string, create: (path: string) => Database.Database): Salvage {
  const damaged = freeName(`${path}.damaged`);
  const [partial, reading] = [`${path}.partial`, `${path}.reading`];
  for (const suffix of LOGS) {
    for (const scratch of [partial, reading]) rmSync(scratch + suffix, { force: true });
    if (!existsSync(path + suffix)) continue;
    copyFileSync(path + suffix, damaged + suffix);
    if (suffix !== "-shm") copyFileSync(path + suffix, reading + suffix);
  }
  fillUp(reading);
  const source = new Database(reading);
  const target = create(partial);
  const kept = copyRecords(source, target);
  source.close();
  // Everything into the one file that is about to be renamed.
  target.pragma("wal_checkpoint(TRUNCATE)");
  target.close();
  for (const suffix of LOGS) {
    rmSync(reading + suffix, { force: true });
    if (suffix !== "") for (const file of [path, partial]) rmSync(file + suffix, { force: true });
  }
  renameSync(partial, path);
  return { kept, damaged };
}

/** The record columns that a file has. */
export function columnsOf(database: Database.Database): Set<string> {
  const rows = database.prepare("SELECT name FROM pragma_table_info('answers')").all() as { name: string }[];
  return new Set(rows.map(({ name }) => name));
}

/** SQLite refuses a file shorter than it says as a whole; with empty pages for the lost ones it reads the others. */
function fillUp(path: string): void {
  const file = openSync(path, "r+");
  try {
    const header = Buffer.alloc(HEADER.bytes);
    readSync(file, header, 0, HEADER.bytes, 0);
    // The value 1 stands for 65536.
    const pageSize = header.readUInt16BE(HEADER.pageSizeAt);
    const bytes = header.readUInt32BE(HEADER.pagesAt) * (pageSize === 1 ? 65_536 : pageSize);
    if (fstatSync(file).size < bytes) ftruncateSync(file, bytes);
  } finally {
    closeSync(file);
  }
}

function freeName(wanted: string): string {
  let name = wanted;
  for (let i = 2; existsSync(name); i++) name = `${wanted}-${i}`;
  return name;
}

function copyRecords(source: Database.Database, target: Database.Database): number {
  const present = columnsOf(source);
  const columns = RECORD_COLUMNS.filter((name) => present.has(name)).join(", ");
  const insert = target.prepare(
    `INSERT OR IGNORE INTO answers (${RECORD_COLUMNS.join(", ")}) VALUES (${RECORD_COLUMNS.map(() => "?").join(", ")})`,
  );
  let kept = 0;
  target.exec("BEGIN");
  for (const [from, to] of keyRanges()) {
    for (const row of readableRows(source, columns, from, to)) {
      const record = JOURNAL_RECORD.safeParse(row);
      if (record.success) kept += insert.run(...RECORD_COLUMNS.map((name) => record.data[name])).changes;
    }
  }
  target.exec("COMMIT");
  return kept;
}

/** Small stretches of keys: a page that cannot be read costs the stretch it lies in, at most. */
function* keyRanges(): Generator<[string, string]> {
  let from = "";
  for (let prefix = 0; prefix < 4096; prefix++) {
    const to = prefix.toString(16).padStart(3, "0");
    yield [from, to];
    from = to;
  }
  yield [from, "\u{10ffff}"];
}

/** The rows of a stretch from both ends, up to what cannot be read. */
function* readableRows(source: Database.Database, columns: string, from: string, to: string): Generator<unknown> {
  for (const order of ["ASC", "DESC"]) {
    try {
      const query = `SELECT ${columns} FROM answers WHERE key >= ? AND key < ? ORDER BY key ${order}`;
      for (const row of source.prepare(query).iterate(from, to)) yield row;
      return;
    } catch {
      // The damage: what lies behind it is tried from the other end.
    }
  }
}
