import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../test/support/temporary.ts";
import { askedAbout } from "./asked-about.ts";
import { Journal } from "./journal.ts";
import { JOURNAL_RECORD } from "./journal-record.ts";
import { journalPath } from "./manifest.ts";

const answer = (key: string, subjectId: string, more: object) =>
  JOURNAL_RECORD.parse({
    key,
    subjectKind: "item",
    subjectId,
    step: "positive",
    provider: "scripted",
    model: "m",
    promptVersion: "1",
    text: "fine",
    promptTokens: 100,
    completionTokens: 20,
    milliseconds: 500,
    attempt: 1,
    createdAt: "2026-01-01T00:00:00Z",
    status: "answered",
    ...more,
  });

test("calls, tokens, seconds and flaws add up over all that was asked about a subject", async () => {
  const directory = await temporaryDirectory();
  const path = journalPath(directory);
  await mkdir(dirname(path), { recursive: true });
  using journal = Journal.open(path);
  journal.record(answer("a", "tea/1 ☕", { calls: 2, cachedTokens: 60, flaws: "too long,empty" }));
  journal.record(answer("b", "tea/1 ☕", { step: "negative", flaws: "too long", status: "failed", text: "" }));
  journal.record(answer("c", "other", {}));
  journal.record(answer("d", "tea/1 ☕", { subjectKind: "user" }));
  journal.flush();
  const found = await askedAbout(directory, "item", ["tea/1 ☕", "unknown"]);
  expect(found).toEqual(
    new Map([
      [
        "tea/1 ☕",
        {
          calls: 3,
          failed: 1,
          promptTokens: 200,
          cachedTokens: 60,
          completionTokens: 40,
          seconds: 1,
          flaws: ["empty", "too long"],
        },
      ],
    ]),
  );
});

test("without a journal nothing was asked", async () => {
  expect(await askedAbout(await temporaryDirectory(), "item", ["tea"])).toEqual(new Map());
});
