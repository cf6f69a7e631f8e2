// Journals between machines: a dataset's answers out to a file, and a file's answers in.

import { InputError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { writtenTo } from "../../objects/index.ts";
import { exportJournal, importJournal, Journal, journalPath } from "../../reasoning/index.ts";
import { writingAnswers } from "./writing-answers.ts";

/**
 * Write a dataset's journal to a `.jsonl` or `.parquet` file, or to such an object of S3; returns how many records it
 * has.
 * @throws InputError when nothing has been reasoned there; UsageError for another ending of the file.
 */
export async function exportReasoning(directory: string, path: string): Promise<number> {
  const where = journalPath(directory);
  if (!(await exists(where))) {
    const todo = `Run \`isrf reason ${directory}\` first.`;
    throw new InputError({ where, found: "no such file", expected: "a reasoning journal", todo });
  }
  using journal = Journal.read(where);
  return await writtenTo(path, { overwrite: true }, (here) => exportJournal(journal, here));
}

/**
 * Take the answers of an exported file into a dataset's journal. `isrf reason` with the same prompts, model and
 * settings then finds them instead of asking.
 * @throws InputError for a record that is none; UsageError for another ending of the file.
 */
export async function importReasoning(directory: string, path: string): Promise<{ read: number; added: number }> {
  return writingAnswers(directory, "isrf reason-import", async () => {
    using journal = Journal.open(journalPath(directory));
    return await importJournal(journal, path);
  });
}
