import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InputError } from "../base/errors.ts";
import { Journal, type JournalEntry, journalKey } from "./journal.ts";
import type { Subject } from "./reasoner.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "isrf-journal-"));
  path = join(folder, "reasoning", "journal.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function entry(key: string, changes: Partial<JournalEntry> = {}): JournalEntry {
  return {
    key,
    subjectKind: "item",
    subjectId: "B1",
    step: "positive",
    provider: "offline",
    model: "rules-1",
    promptVersion: "1",
    text: "text",
    promptTokens: 3,
    completionTokens: 4,
    milliseconds: 1.5,
    attempt: 1,
    createdAt: "2026-01-01T00:00:00.000Z",
    status: "answered",
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
