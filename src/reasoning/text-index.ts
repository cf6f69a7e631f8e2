// Which of a journal's answers are the texts of which item and user, so that reading a text is a lookup instead of
// rendering every prompt again. It lies in the journal's own file: a trigger takes the index away in the very
// transaction that changes an answer, whoever makes the change, so nobody reads an index that no longer holds, and a
// process that is killed leaves either none or a whole one.
import type Database from "libsql";
import { sha256 } from "../base/files.ts";
import { DamagedRow, readRow, rowBytes, valuesIn } from "./journal-table.ts";
import { type ChainTexts, STEPS, type Step, type Subject } from "./reasoner.ts";

/** Journal keys of a chain's answers, up to the first missing one. */
export type ChainKeys = Partial<Record<Step, string>>;

/** Keys by item index and by user index. */
export type TextKeys = Readonly<Record<Subject["kind"], readonly ChainKeys[]>>;

export interface IndexedTexts {
  /** What the texts depend on besides the answers: another identity is another index. */
  readonly identity: string;
  readonly keys: TextKeys;
  /** How many users' FEATURE texts have a word. */
  readonly wordHolders: ReadonlyMap<string, number>;
}

/** Reads from one state of the journal. */
export interface TextLookup {
  /** The chain of one item or user; empty without an answer. @throws DamagedRow */
  chain(kind: Subject["kind"], index: number): Partial<ChainTexts>;
  /** The chains of all `count` items or users, in order. @throws DamagedRow */
  chains(kind: Subject["kind"], count: number): Partial<ChainTexts>[];
  wordHolders(word: string): number;
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS textKeys (
    subjectKind TEXT NOT NULL, subjectIndex INTEGER NOT NULL, positive TEXT, negative TEXT, feature TEXT,
    PRIMARY KEY (subjectKind, subjectIndex)
  ) WITHOUT ROWID;
  DROP TABLE IF EXISTS textWords;
  CREATE TABLE textWords (counts TEXT NOT NULL, checksum TEXT NOT NULL);
  DROP TABLE IF EXISTS textIndex;
  CREATE TABLE IF NOT EXISTS wholeTextIndex (identity TEXT NOT NULL);
  ${["INSERT", "UPDATE", "DELETE"]
    .map(
      (change) =>
        `DROP TRIGGER IF EXISTS texts_${change};
         CREATE TRIGGER texts_${change} AFTER ${change} ON answers BEGIN DELETE FROM wholeTextIndex; END;`,
    )
    .join("\n")}
  DELETE FROM textKeys;
  DELETE FROM wholeTextIndex;`;

const INSERT_KEYS = `INSERT INTO textKeys
  SELECT ?, key, value ->> 'positive', value ->> 'negative', value ->> 'feature' FROM json_each(?)`;

export class TextIndex {
  /** The state of the file when it was opened, as far as other processes change it. */
  private readonly openedAt: number;

  constructor(private readonly database: Database.Database) {
    this.openedAt = this.version();
  }

  /** What `look` finds in the index of this identity; undefined when there is none, or answers have changed since. */
  read<T>(identity: string, look: (texts: TextLookup) => T): T | undefined {
    this.database.exec("BEGIN");
    try {
      return this.isOf(identity) ? look(this.lookup()) : undefined;
    } finally {
      this.database.exec("ROLLBACK");
    }
  }

  /**
   * Replace the index, which must be what the answers are since this file was opened here; all of this connection's own
   * answers must be committed. False, and nothing is written, when another process has changed the file meanwhile.
   */
  write({ identity, keys, wordHolders }: IndexedTexts): boolean {
    this.database.exec("BEGIN IMMEDIATE");
    try {
      const isCurrent = this.version() === this.openedAt;
      if (isCurrent) {
        this.database.exec(TABLES);
        const insert = this.database.prepare(INSERT_KEYS);
        for (const kind of ["item", "user"] as const) insert.run(kind, JSON.stringify(keys[kind]));
        const counts = JSON.stringify([...wordHolders]);
        this.database.prepare("INSERT INTO textWords VALUES (?, ?)").run(counts, sha256(counts));
        this.database.prepare("INSERT INTO wholeTextIndex VALUES (?)").run(identity);
      }
      this.database.exec("COMMIT");
      return isCurrent;
    } catch (error) {
      if (this.database.inTransaction) this.database.exec("ROLLBACK");
      throw error;
    }
  }

  private isOf(identity: string): boolean {
    const table = this.database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'wholeTextIndex'").get();
    if (table === undefined) return false;
    return this.database.prepare("SELECT 1 FROM wholeTextIndex WHERE identity = ?").get(identity) !== undefined;
  }

  private lookup(): TextLookup {
    const bytesOf = rowBytes(this.database);
    const texts = `SELECT subjectIndex, CAST(json_array(${STEPS.map((step) => `textKeys.${step}`).join(", ")}) AS BLOB) AS keys,
      ${STEPS.map((step) => `${bytesOf(step)} AS ${step}`).join(", ")} FROM textKeys
      ${STEPS.map((step) => `LEFT JOIN answers ${step} ON ${step}.key = textKeys.${step}`).join("\n  ")}
      WHERE textKeys.subjectKind = ?`;
    const one = this.database.prepare(`${texts} AND subjectIndex = ?`);
    const all = this.database.prepare(`${texts} ORDER BY subjectIndex`);
    let holders: ReadonlyMap<string, number> | undefined;
    return {
      chain: (kind, index) => textsIn(one.get(kind, index) as IndexedRow | undefined, index),
      chains: (kind, count) => {
        const rows = all.all(kind) as IndexedRow[];
        return Array.from({ length: count }, (_, index) => textsIn(rows[index], index));
      },
      wordHolders: (text) => {
        holders ??= this.wordCounts();
        return holders.get(text) ?? 0;
      },
    };
  }

  private wordCounts(): ReadonlyMap<string, number> {
    const row = this.database.prepare("SELECT CAST(counts AS BLOB) AS counts, checksum FROM textWords").get();
    const { counts, checksum } = (row ?? {}) as { counts?: Buffer; checksum?: unknown };
    if (counts === undefined || sha256(counts) !== checksum) throw new DamagedRow();
    return new Map(JSON.parse(counts.toString("utf8")) as [string, number][]);
  }

  private version(): number {
    return (
      this.database.prepare("SELECT data_version AS version FROM pragma_data_version").get() as { version: number }
    ).version;
  }
}

/** A subject's row: the keys of its answers, and those answers. */
interface IndexedRow extends Readonly<Record<Step, unknown>> {
  readonly subjectIndex: number;
  readonly keys: unknown;
}

/** The index has a row for everybody, and an answer for every key: one that is gone was damaged. */
function textsIn(row: IndexedRow | undefined, index: number): Partial<ChainTexts> {
  if (row?.subjectIndex !== index) throw new DamagedRow();
  const keys = valuesIn(row.keys);
  const answered = STEPS.filter((_, position) => keys[position] !== null);
  return Object.fromEntries(answered.map((step) => [step, readRow(row[step]).text]));
}
