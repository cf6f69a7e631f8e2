// One line of the journal, as it travels: exports, imports, recordings.
import { z } from "zod";
import { InputError } from "../base/errors.ts";
import { STEPS } from "./reasoner.ts";

const count = z.number().int().nonnegative();

export const JOURNAL_RECORD = z.object({
  /** What makes the question the same: see `journalKey`. */
  key: z.string().min(1),
  subjectKind: z.enum(["item", "user"]),
  subjectId: z.string().min(1),
  step: z.enum(STEPS),
  provider: z.string(),
  model: z.string(),
  promptVersion: z.string(),
  /** SHA-256 of the prompt; empty in records of before it was kept. */
  promptHash: z.string().default(""),
  text: z.string(),
  promptTokens: count,
  /** Of the prompts' tokens, those that the server said it had in its cache; 0 in records of before they were kept. */
  cachedTokens: count.default(0),
  /** Thinking included. */
  completionTokens: count,
  thinkingTokens: count.default(0),
  milliseconds: z.number().nonnegative(),
  /** Calls to the model over all attempts of this entry. */
  calls: count.default(1),
  /** Runs that asked: 1 for the first. */
  attempt: count,
  /** What was wrong with replies, comma-separated, oldest first. */
  flaws: z.string().default(""),
  /** The last reply as it came, when it could not be used. */
  raw: z.string().default(""),
  /** ISO 8601, UTC. */
  createdAt: z.string(),
  status: z.enum(["answered", "failed"]),
  /** Id of the subject of the same kind that the model was asked about, where the text was adapted by rule. */
  adaptedFrom: z.string().default(""),
  /** Cosine of the two; 0 where nothing was adapted. */
  similarity: z.number().default(0),
});

export type JournalRecord = z.infer<typeof JOURNAL_RECORD>;

/** What is stored and carried by exports. */
export const RECORD_COLUMNS = Object.keys(JOURNAL_RECORD.shape) as (keyof JournalRecord)[];

/** @throws InputError with the line of the first record that is none. */
export function* parseRecords(content: string, where: string): Generator<JournalRecord> {
  let number = 0;
  for (const line of content.split("\n")) {
    number++;
    if (line.trim() !== "") yield parseRecord(line, where, number);
  }
}

function parseRecord(text: string, where: string, line: number): JournalRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new InputError({ where, line, found: (cause as Error).message, expected: "one JSON object" }, { cause });
  }
  return checkRecord(value, where, line);
}

/** @throws InputError when a value is no journal record. */
export function checkRecord(value: unknown, where: string, line: number): JournalRecord {
  const parsed = JOURNAL_RECORD.safeParse(value);
  if (parsed.success) return parsed.data;
  const found = z.prettifyError(parsed.error).replace(/\s*\n\s*/g, "; ");
  throw new InputError({ where, line, found, expected: "a record of a reasoning journal" });
}
