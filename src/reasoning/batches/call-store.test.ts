import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { type Batch, CallStore, type Outcome } from "./call-store.ts";

async function open(folder?: string): Promise<CallStore> {
  const store = await CallStore.open(folder ?? (await temporaryDirectory()));
  onTestFinished(() => store[Symbol.dispose]());
  return store;
}

const batch = (mark: string): Batch => ({
  mark,
  stage: "written",
  server: "http://s/v1",
  model: "m",
  requests: 2,
  createdAt: "2026-01-01T00:00:00Z",
  fileId: null,
  batchId: null,
});
const answered = (reply: unknown): Outcome => ({ kind: "answered", reply });
const failed = (trouble: "server" | "rejected", isLost = false): Outcome => ({
  kind: "failed",
  trouble,
  message: "no",
  isLost,
});

describe("calls", () => {
  it("are sent, answered once, and gone when everything was gone through", async () => {
    const store = await open();
    store.add([batch("b")], () => ["1", "2"]);
    expect([store.find("1"), store.find("9"), store.pending]).toEqual([{ kind: "sent" }, undefined, 2]);
    const lines: [string, Outcome][] = [
      ["1", answered({ ok: 1 })],
      ["1", answered({ ok: 2 })],
      ["9", answered({})],
      ["2", failed("rejected")],
    ];
    expect(store.merge("b", lines, 3)).toEqual({ answered: 1, again: 0, refused: 1, duplicates: 1, unknown: 1 });
    expect(store.unused).toBe(2);
    expect(store.find("1")).toEqual({ kind: "answered", reply: { ok: 1 } });
    expect(store.find("2")).toEqual({ kind: "refused", trouble: "rejected", message: "no" });
    expect([store.unused, store.open()]).toEqual([0, []]);
    store.clear();
    expect([store.find("1"), store.find("2")]).toEqual([undefined, undefined]);
  });

  it("that failed are sent again so many times; those that were lost, as often as it takes", async () => {
    const store = await open();
    for (const mark of ["a", "b", "c"]) {
      store.add([batch(mark)], () => ["server", "lost", "silent"]);
      store.merge(
        mark,
        [
          ["server", failed("server")],
          ["lost", failed("server", true)],
        ],
        3,
      );
    }
    expect(store.find("server")).toMatchObject({ kind: "refused", trouble: "server" });
    expect([store.find("lost"), store.find("silent")]).toEqual([undefined, undefined]);
  });

  it("of another run's questions stay, and are counted", async () => {
    const folder = await temporaryDirectory();
    {
      using first = await CallStore.open(folder);
      first.take([["x", answered({})]], 3);
      first.clear();
    }
    const store = await open(folder);
    expect(store.unused).toBe(1);
    expect(store.take([["x", answered({ other: true })]], 3)).toMatchObject({ duplicates: 1, answered: 0 });
  });

  it("are kept with the batch's step; files of no batch are swept", async () => {
    const folder = await temporaryDirectory();
    {
      using first = await CallStore.open(folder);
      first.add([batch("b")], () => ["1", "2"]);
      first.update("b", { stage: "submitting", fileId: "file-1" });
    }
    for (const name of ["b.jsonl", "b.output.jsonl.partial", "stray.jsonl"]) writeFileSync(join(folder, name), "");
    const store = await open(folder);
    expect(store.open()).toMatchObject([{ mark: "b", stage: "submitting", fileId: "file-1", batchId: null }]);
    expect(CallStore.openIn(folder)).toBe(2);
    const { readdirSync } = await import("node:fs");
    expect(readdirSync(folder).filter((name) => !name.startsWith("calls"))).toEqual([
      "b.jsonl",
      "b.output.jsonl.partial",
    ]);
  });
});

it("a file that is no record of batches is refused, with what to do", async () => {
  const folder = await temporaryDirectory();
  writeFileSync(join(folder, "calls.db"), "not a database, and rather long for one: ".repeat(200));
  await expect(CallStore.open(folder)).rejects.toThrow(/calls\.db: the record of batches could not be opened.*move it/);
});
