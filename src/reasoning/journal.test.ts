import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InputError } from "../base/errors.ts";
import { sha256 } from "../base/files.ts";
import { machineName } from "../base/process-name.ts";
import { Journal, journalKey } from "./journal.ts";
import type { JournalRecord } from "./journal-record.ts";
import type { Subject } from "./reasoner.ts";
import { exportJournal, importJournal } from "./transfer.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "isrf-journal-"));
  path = join(folder, "reasoning", "journal.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function entry(key: string, changes: Partial<JournalRecord> = {}): JournalRecord {
  return {
    key,
    subjectKind: "item",
    subjectId: "B1",
    step: "positive",
    provider: "offline",
    model: "rules-1",
    promptVersion: "1",
    promptHash: "",
    text: "text",
    promptTokens: 3,
    cachedTokens: 0,
    completionTokens: 4,
    thinkingTokens: 0,
    milliseconds: 1.5,
    attempt: 1,
    calls: 1,
    flaws: "",
    raw: "",
    createdAt: "2026-01-01T00:00:00.000Z",
    status: "answered",
    adaptedFrom: "",
    similarity: 0,
    ...changes,
  };
}

describe("journal", () => {
  it("finds after reopening what was recorded", () => {
    const first = Journal.open(path);
    first.record(entry("a", { text: "läuft 'gut'\n" }));
    first.close();
    using second = Journal.open(path);
    expect(second.find("a")).toMatchObject({ text: "läuft 'gut'\n", status: "answered", attempt: 1 });
    expect(second.find("b")).toBeUndefined();
  });

  it("commits by itself at the next turn of the event loop", async () => {
    using writer = Journal.open(path);
    using reader = Journal.open(path);
    writer.record(entry("a"));
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(reader.find("a")).toBeDefined();
  });

  it("keeps the first finished answer and replaces a failed one", () => {
    using journal = Journal.open(path);
    journal.record(entry("a", { text: "first" }));
    journal.record(entry("a", { text: "second" }));
    journal.record(entry("b", { text: "", status: "failed" }));
    journal.record(entry("b", { text: "at last", attempt: 2 }));
    journal.flush();
    expect(journal.find("a")!.text).toBe("first");
    expect(journal.find("b")).toMatchObject({ text: "at last", status: "answered", attempt: 2 });
    expect(journal.counts()).toEqual({ answered: 2, failed: 0 });
  });

  it("adds up what the runs of a question took, tokens from the server's cache among it", () => {
    using journal = Journal.open(path);
    journal.record(entry("a", { text: "", status: "failed", cachedTokens: 2 }));
    journal.record(entry("a", { text: "at last", attempt: 2, cachedTokens: 1 }));
    journal.flush();
    expect(journal.entry("a")).toMatchObject({ promptTokens: 6, cachedTokens: 3, completionTokens: 8, calls: 2 });
  });

  it("takes interleaved writers", () => {
    using a = Journal.open(path);
    using b = Journal.open(path);
    for (let i = 0; i < 50; i++) {
      a.record(entry(`a${i}`));
      b.record(entry(`b${i}`));
      a.flush();
      b.flush();
    }
    expect(a.counts().answered).toBe(100);
  });

  it("refuses a file that is no journal", () => {
    const other = join(folder, "other.db");
    writeFileSync(other, "not a database ".repeat(1000));
    expect(() => Journal.open(other)).toThrow(InputError);
  });
});

describe("a damaged journal", () => {
  /** 2000 records in one file, nothing left in the log. */
  function written(): number {
    const journal = Journal.open(path);
    for (let i = 0; i < 2000; i++) journal.record(entry(sha256(`${i}`), { text: `${i} ${"text ".repeat(40)}` }));
    journal.close();
    new Database(path).pragma("wal_checkpoint(TRUNCATE)");
    return readFileSync(path).length;
  }

  it("is repaired on opening: with its last tenth cut off, most answers are saved and the rest can be asked again", () => {
    truncateSync(path, Math.floor(written() * 0.9));
    using journal = Journal.open(path);
    const { answered } = journal.counts();
    expect(journal.repaired!.kept).toBe(answered);
    expect(answered).toBeGreaterThan(1500);
    expect(answered).toBeLessThan(2000);
    journal.record(entry("new"));
    journal.flush();
    expect(journal.counts().answered).toBe(answered + 1);
    expect(readdirSync(join(folder, "reasoning"))).toContain("journal.db.damaged");
  });

  it("loses only what lay on an overwritten page", () => {
    written();
    const bytes = readFileSync(path);
    bytes.fill(0xff, 40 * 4096, 41 * 4096);
    writeFileSync(path, bytes);
    using journal = Journal.open(path);
    expect(journal.counts().answered).toBeGreaterThan(1900);
    for (const record of journal.records()) expect(record.text).toMatch(/^\d+ text /);
  });

  it("notices one changed letter, also of an answer that was given before there were checksums", () => {
    const journal = Journal.open(path);
    journal.record(entry("a", { text: "likes red things" }));
    journal.close();
    const database = new Database(path);
    database.exec("ALTER TABLE answers DROP COLUMN checksum");
    database.close();
    Journal.open(path).close();
    const bytes = readFileSync(path);
    bytes[bytes.indexOf("red things")]! ^= 1;
    writeFileSync(path, bytes);
    using reader = Journal.read(path);
    expect(() => reader.find("a")).toThrow(/journal\.db: found damaged bytes, .* Run `isrf reason /);
    using writer = Journal.open(path);
    expect(writer.repaired).toMatchObject({ kept: 0 });
    expect(writer.find("a")).toBeUndefined();
  });

  it("damaged twice leaves one copy, the longer one, and saves what either holds", () => {
    const length = written();
    const whole = readFileSync(path);
    truncateSync(path, Math.floor(length * 0.9));
    const first = Journal.open(path);
    const kept = first.repaired!.kept;
    first.close();
    writeFileSync(path, whole.subarray(0, Math.floor(length * 0.2)));
    const second = Journal.open(path);
    expect(second.repaired).toEqual({ kept, damaged: `${path}.damaged` });
    second.close();
    const left = readdirSync(join(folder, "reasoning")).filter((name) => !/-wal$|-shm$/.test(name));
    expect(left).toEqual(["journal.db", "journal.db.damaged"]);
    expect(statSync(`${path}.damaged`).size).toBe(Math.floor(length * 0.9));
  });

  it("with a changed bit in its log is refused to readers, and loses nothing when it is opened for writing", () => {
    const journal = Journal.open(path);
    for (let i = 0; i < 50; i++) journal.merge([entry(sha256(`${i}`), { text: `text ${i}` })]);
    const copy = join(folder, "copy.db");
    writeFileSync(copy, readFileSync(path));
    const log = readFileSync(`${path}-wal`);
    journal.close();
    log[Math.floor(log.length / 2)]! ^= 1;
    writeFileSync(`${copy}-wal`, log);
    expect(() => Journal.read(copy)).toThrow(/copy\.db: found damaged bytes \(in its log\)/);
    using writer = Journal.open(copy);
    expect(writer.counts()).toEqual({ answered: 50, failed: 0 });
  });

  it("with half a transaction in its log keeps every committed answer", () => {
    const journal = Journal.open(path);
    journal.record(entry("a"));
    journal.flush();
    const log = readFileSync(`${path}-wal`);
    journal.record(entry("b"));
    journal.flush();
    const copy = join(folder, "copy.db");
    writeFileSync(copy, readFileSync(path));
    writeFileSync(
      `${copy}-wal`,
      Buffer.concat([log, readFileSync(`${path}-wal`).subarray(log.length, log.length + 100)]),
    );
    journal.close();
    using reopened = Journal.open(copy);
    expect(reopened.find("a")).toBeDefined();
    expect(reopened.find("b")).toBeUndefined();
  });
});

describe("journals of elsewhere", () => {
  it("gain the columns that came later, and can be read without them", () => {
    const old = new Database(join(folder, "old.db"));
    old.exec(`CREATE TABLE answers (key TEXT PRIMARY KEY, subjectKind TEXT NOT NULL, subjectId TEXT NOT NULL, step TEXT NOT NULL,
      provider TEXT NOT NULL, model TEXT NOT NULL, promptVersion TEXT NOT NULL, text TEXT NOT NULL, promptTokens INTEGER NOT NULL,
      completionTokens INTEGER NOT NULL, milliseconds REAL NOT NULL, attempt INTEGER NOT NULL, createdAt TEXT NOT NULL,
      status TEXT NOT NULL) WITHOUT ROWID`);
    old.exec("INSERT INTO answers VALUES ('k','item','B1','positive','o','m','1','t',1,2,3.5,1,'2026','answered')");
    old.close();
    using reader = Journal.read(join(folder, "old.db"));
    expect([...reader.records()]).toMatchObject([{ key: "k", text: "t", calls: 1, flaws: "" }]);
    using writer = Journal.open(join(folder, "old.db"));
    writer.record(entry("n", { flaws: "empty" }));
    writer.flush();
    expect(writer.entry("n")).toEqual(entry("n", { flaws: "empty" }));
  });

  it("of before cached tokens were kept are whole, and keep them from then on, through damage too", () => {
    const rows = ["a", "b"].map((key) => entry(sha256(key)));
    const old = Journal.open(path);
    old.record(...rows);
    old.close();
    const database = new Database(path);
    database.exec("ALTER TABLE answers DROP COLUMN cachedTokens");
    database.close();
    const reader = Journal.read(path);
    expect([...reader.records()]).toEqual(rows.toSorted((a, b) => (a.key < b.key ? -1 : 1)));
    reader.check();
    reader.close();
    const writer = Journal.open(path);
    expect(writer.repaired).toBeUndefined();
    const cached = entry(sha256("c"), { cachedTokens: 2 });
    writer.record(cached);
    writer.close();
    const bytes = readFileSync(path);
    // The name of the index: SQLite no longer takes the file for whole, and its rows are read page by page.
    bytes.fill(0xff, bytes.indexOf("answersByPrompt"), bytes.indexOf("answersByPrompt") + 64);
    writeFileSync(path, bytes);
    using repaired = Journal.open(path);
    expect(repaired.repaired).toMatchObject({ kept: 3 });
    expect(repaired.entry(cached.key)).toEqual(cached);
  });

  /** A journal, and a program that reads it and prints what it finds, and the code of a try to write beside it. */
  function readElsewhere(): { journal: Journal; node: string[] } {
    const journal = Journal.open(path);
    journal.record(entry("a", { text: "still in the log" }));
    journal.flush();
    journal.texts.write({ identity: "x", keys: { item: [{ positive: "a" }], user: [] }, wordHolders: new Map() });
    const module = new URL("./journal.ts", import.meta.url).pathname;
    const read = `import { Journal } from ${JSON.stringify(module)};
      import { writeFileSync } from "node:fs";
      let refusal;
      try { writeFileSync(${JSON.stringify(`${path}.x`)}, ""); } catch (error) { refusal = error.code; }
      const journal = Journal.read(${JSON.stringify(path)});
      const indexed = journal.texts.read("x", (texts) => texts.chain("item", 0).positive);
      console.log(JSON.stringify([refusal, journal.find("a").text, indexed]));
      journal.close();`;
    return { journal, node: [process.execPath, "--import", "tsx", "--input-type=module", "--eval", read] };
  }

  // Linux's way to a mount that nobody else sees.
  const UNSHARE = "/usr/bin/unshare";
  const canMount = spawnSync(UNSHARE, ["-m", "true"]).status === 0;
  it.skipIf(!canMount)("are read on a read-only file system (skipped where no private mounts are allowed)", () => {
    const { journal, node } = readElsewhere();
    const mount = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"';
    const { stdout, stderr } = spawnSync(UNSHARE, ["-m", "sh", "-c", mount, folder, ...node], { encoding: "utf8" });
    journal.close();
    expect(JSON.parse(stdout || stderr)).toEqual(["EROFS", "still in the log", "still in the log"]);
  });

  const isRoot = process.getuid?.() === 0;
  it.skipIf(!isRoot).each([
    { state: "open", closes: false },
    { state: "closed", closes: true },
  ])("of another user, $state there, are read (skipped where the tests may not become another user)", ({ closes }) => {
    const { journal, node } = readElsewhere();
    if (closes) journal.close();
    chmodSync(folder, 0o755);
    const home = mkdtempSync(join(tmpdir(), "isrf-nobody-"));
    chownSync(home, 65534, 65534);
    const [command, ...words] = node as [string, ...string[]];
    const env = { ...process.env, HOME: home, TMPDIR: home };
    const { stdout, stderr } = spawnSync(command, words, { encoding: "utf8", uid: 65534, gid: 65534, env });
    const left = readdirSync(home).filter((name) => name.startsWith("isrf-"));
    rmSync(home, { recursive: true });
    if (!closes) journal.close();
    expect(JSON.parse(stdout || stderr)).toEqual(["EACCES", "still in the log", "still in the log"]);
    expect(left).toEqual([]);
  });

  it.each(["jsonl", "parquet"])("travel as %s without loss, and what is answered stays", async (format) => {
    const file = join(folder, `answers.${format}`);
    const first = entry("a", { text: "läuft 'gut'\n\u2028", milliseconds: 0.25, promptHash: "h", cachedTokens: 2 });
    {
      using journal = Journal.open(path);
      journal.merge([first, entry("b", { status: "failed", text: "", raw: "?", flaws: "empty,malformed" })]);
      expect(await exportJournal(journal, file)).toBe(2);
    }
    using other = Journal.open(join(folder, "other.db"));
    other.merge([entry("b", { text: "known here" })]);
    expect(await importJournal(other, file)).toEqual({ read: 2, added: 1 });
    expect(other.entry("a")).toEqual(first);
    expect(other.find("b")!.text).toBe("known here");
    // Of two that failed, the one that was asked more often.
    const failed = (attempt: number) => entry("c", { status: "failed", text: "", attempt, calls: attempt });
    expect([other.merge([failed(2)]), other.merge([failed(1)]), other.merge([failed(3)])]).toEqual([1, 0, 1]);
    expect(other.entry("c")).toMatchObject({ attempt: 3, calls: 3 });
  });

  it("are refused with the line that is no record, and by their ending", async () => {
    using journal = Journal.open(path);
    const file = join(folder, "bad.jsonl");
    writeFileSync(file, `${JSON.stringify(entry("a"))}\n{"key": 3}\n`);
    await expect(importJournal(journal, file)).rejects.toThrow(/bad\.jsonl:2: found/);
    await expect(exportJournal(journal, join(folder, "a.csv"))).rejects.toThrow(/\.jsonl or \.parquet/);
  });
});

describe("claims", () => {
  it("are held by one open journal at a time, in one process too, and free again when given back", () => {
    using a = Journal.open(path);
    using b = Journal.open(path);
    expect(a.claim("c")).toBe(true);
    expect(a.claim("c")).toBe(true);
    expect(b.claim("c")).toBe(false);
    a.release("c");
    expect(b.claim("c")).toBe(true);
    b.close();
    expect(a.claim("c")).toBe(true);
  });

  it("of a process that is gone are free at once, though another one has its number", () => {
    using a = Journal.open(path);
    const database = new Database(path);
    const gone = { machine: machineName(), pid: process.pid, process: "before us", journal: "x" };
    database.prepare("INSERT INTO claims VALUES ('d', ?, ?)").run(JSON.stringify(gone), Date.now() + 60_000);
    database.close();
    expect(a.claim("d")).toBe(true);
  });

  it("of other machines are free when their lease is over", () => {
    using a = Journal.open(path);
    const database = new Database(path);
    const claim = (owner: string, expiresAt: number) =>
      database.prepare("INSERT OR REPLACE INTO claims VALUES ('d', ?, ?)").run(owner, expiresAt);
    claim("elsewhere 1 x", Date.now() + 60_000);
    expect(a.claim("d")).toBe(false);
    claim("elsewhere 1 x", Date.now() - 1);
    expect(a.claim("d")).toBe(true);
    a.release("d");
    expect(database.prepare("SELECT COUNT(*) AS n FROM claims WHERE chain = 'd'").get()).toMatchObject({ n: 0 });
    database.close();
  });
});

describe("journal key", () => {
  const subject: Subject = { kind: "item", id: "1", index: 0, item: { itemId: "1", sourceNumber: 1 } };
  const reasoner = { kind: "offline", model: "m", parameters: { a: 1, b: "x" } };
  const key = journalKey(subject, "positive", "p", reasoner);

  it("changes with subject, step, prompt, model and parameters", () => {
    const others = [
      journalKey({ ...subject, id: "2" }, "positive", "p", reasoner),
      journalKey({ kind: "user", id: "1", index: 0, history: [] }, "positive", "p", reasoner),
      journalKey(subject, "negative", "p", reasoner),
      journalKey(subject, "positive", "q", reasoner),
      journalKey(subject, "positive", "p", { ...reasoner, model: "n" }),
      journalKey(subject, "positive", "p", { ...reasoner, parameters: { a: 2, b: "x" } }),
    ];
    expect(new Set([key, ...others]).size).toBe(7);
  });

  it("does not depend on the order of the parameters", () => {
    expect(journalKey(subject, "positive", "p", { ...reasoner, parameters: { b: "x", a: 1 } })).toBe(key);
  });
});
