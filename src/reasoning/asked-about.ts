// What the texts about some subjects took, over every answer that the journal holds about them: those of earlier
// prompts and models, too, as they were asked and paid for.
import { exists } from "../base/files.ts";
import { Journal } from "./journal.ts";
import type { JournalRecord } from "./journal-record.ts";
import { journalPath } from "./manifest.ts";

export interface AskedAbout {
  /** Calls to whoever reasons. */
  readonly calls: number;
  /** Questions that were never answered. */
  readonly failed: number;
  readonly promptTokens: number;
  /** Of them, those that the server said it had in its cache. */
  readonly cachedTokens: number;
  readonly completionTokens: number;
  readonly seconds: number;
  /** What was wrong with replies that had to be asked for again, each once. */
  readonly flaws: readonly string[];
}

/** By id; subjects of whom nothing was asked are missing. @throws InputError when the journal is damaged there. */
export async function askedAbout(
  directory: string,
  kind: JournalRecord["subjectKind"],
  ids: readonly string[],
): Promise<ReadonlyMap<string, AskedAbout>> {
  const path = journalPath(directory);
  if (!(await exists(path))) return new Map();
  using journal = Journal.read(path);
  const found = new Map<string, JournalRecord[]>();
  for (const record of journal.about(kind, ids)) {
    found.set(record.subjectId, [...(found.get(record.subjectId) ?? []), record]);
  }
  return new Map(Array.from(found, ([id, records]) => [id, summed(records)]));
}

function summed(records: readonly JournalRecord[]): AskedAbout {
  const sum = (of: (record: JournalRecord) => number) => records.reduce((all, record) => all + of(record), 0);
  return {
    calls: sum(({ calls }) => calls),
    failed: sum(({ status }) => Number(status === "failed")),
    promptTokens: sum(({ promptTokens }) => promptTokens),
    cachedTokens: sum(({ cachedTokens }) => cachedTokens),
    completionTokens: sum(({ completionTokens }) => completionTokens),
    seconds: sum(({ milliseconds }) => milliseconds / 1000),
    flaws: [...new Set(records.flatMap(({ flaws }) => flaws.split(",")))].filter((flaw) => flaw !== "").sort(),
  };
}
