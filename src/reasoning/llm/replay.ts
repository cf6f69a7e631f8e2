// Recorded answers as a reasoner: the same texts on any machine, without a model. Reads what `isrf reason-export`
// writes.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { InputError } from "../../base/errors.ts";
import { sha256 } from "../../base/files.ts";
import { type JournalRecord, parseRecords } from "../journal-record.ts";
import type { Reasoner, Step, Subject } from "../reasoner.ts";

/** @throws InputError when the file is absent, malformed or holds no answer. */
export function replayReasoner(path: string): Reasoner {
  const content = readRecording(path);
  const answers = new Map<string, JournalRecord>();
  const models = new Set<string>();
  for (const record of parseRecords(content, path)) {
    if (record.status !== "answered") continue;
    answers.set(placeOf(record.subjectKind, record.subjectId, record.step), record);
    models.add(`${record.model} (${record.provider})`);
  }
  if (answers.size === 0) {
    throw new InputError({ where: path, found: "no answers", expected: "lines of `isrf reason-export`" });
  }
  return {
    kind: "replay",
    model: basename(path),
    label: `${[...models].join(", ")}, replayed`,
    parameters: { recording: sha256(content).slice(0, 16) },
    concurrency: 1,
    async complete({ subject, step, prompt }) {
      const nothing = { promptTokens: 0, completionTokens: 0, milliseconds: 0, calls: 0 };
      const record = answers.get(placeOf(subject.kind, subject.id, step));
      if (record === undefined) return { ...nothing, text: "", flaws: ["unrecorded"] };
      // An answer to other words is another answer: the catalogue or the prompts have changed since.
      const isSame = record.promptHash === "" || record.promptHash === sha256(prompt);
      return isSame
        ? { ...nothing, text: record.text }
        : { ...nothing, text: "", flaws: ["outdated"], raw: record.text };
    },
  };
}

/** The version of the prompts that a recording was asked with, by its first answer. @throws as `replayReasoner`. */
export function recordedPrompts(path: string): string | undefined {
  for (const { status, promptVersion } of parseRecords(readRecording(path), path)) {
    if (status === "answered") return promptVersion;
  }
  return undefined;
}

function readRecording(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new InputError({ where: path, found: "no readable file", expected: "recorded answers (JSONL)" }, { cause });
  }
}

function placeOf(kind: Subject["kind"], id: string, step: Step): string {
  return `${kind}\n${id}\n${step}`;
}
