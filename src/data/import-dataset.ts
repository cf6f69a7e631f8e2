// Understands, and writes: the whole of `isrf data import`.
import { basename, join } from "node:path";
import { writeJsonAtomic } from "../base/files.ts";
import { type Report, silent } from "../base/progress.ts";
import { stoppable } from "../base/stopping.ts";
import type { Dataset } from "./dataset.ts";
import type { ExplanationsToWrite } from "./explanations/explanations-file.ts";
import { matchExplanations, type ShopsOfSentences } from "./explanations/match-explanations.ts";
import { readExplanations } from "./explanations/read-explanations.ts";
import { nothingLeft } from "./filter-words.ts";
import type { ImportOptions } from "./import-options.ts";
import { keptCard, UNDERSTOOD_FILE } from "./kept-card.ts";
import { mendDataset } from "./kept-work.ts";
import { writeLeftOut } from "./left-out.ts";
import { keepOmissions } from "./omissions-file.ts";
import type { InputFile } from "./raw-shop.ts";
import { shownAddress } from "./sources/elsewhere/address.ts";
import { understandShop } from "./understand-shop.ts";
import type { Understanding } from "./understanding.ts";
import { checkDestination, stoppedWords, writeDataset } from "./write-dataset.ts";

export type { ImportOptions } from "./import-options.ts";

export interface Imported {
  readonly dataset: Dataset;
  readonly understanding: Understanding;
}

/**
 * Read a shop's data, filter it, and write a dataset directory (atomically) to `options.out`.
 * @throws UsageError for options that do not fit together or an existing `out`; Doubt where the data do not tell what
 * they mean; InputError for malformed data, with file and line; CancelledError when stopped.
 */
export async function importDataset(options: ImportOptions, report: Report = silent): Promise<Dataset> {
  return (await importAndTell(options, report)).dataset;
}

/** The same, with what was understood of the files. */
export async function importAndTell(options: ImportOptions, report: Report = silent): Promise<Imported> {
  return stoppable(options.signal, stoppedWords(options.out), () => readAndWrite(options, report));
}

async function readAndWrite(options: ImportOptions, report: Report): Promise<Imported> {
  await mendDataset(options.out, report);
  await checkDestination(options.out, options.overwrite ?? false);
  const { read, whole, shop, filters, understanding } = await understandShop(options, report);
  if (shop.users.length === 0) {
    throw nothingLeft(options.dir ?? [options.interactions ?? "the reader"].flat().join(", "), whole, filters);
  }
  const { dropUser, maxHistory } = options;
  const keepUnsold = options.keepUnsold || undefined;
  const { kCore, minLength } = filters;
  const facts = { ...read.facts, kCore, minLength, dropUser, maxHistory, keepUnsold };
  const writeOmitted = keepOmissions(options.out, report, read.omissions);
  const explanations = await explanationsOf(options, { whole, shop, numbers: read.numbers }, report);
  const files = [...read.files, ...(explanations?.inputs ?? [])];
  const provenance = { files, options: facts, explanations };
  const dataset = await writeDataset(shop, options, provenance, report, async (directory) => {
    await writeLeftOut(directory, read.shop, shop);
    await writeOmitted(directory);
    await writeJsonAtomic(join(directory, UNDERSTOOD_FILE), keptCard(understanding));
  });
  return { dataset, understanding };
}

/** Undefined where no review file is given. */
async function explanationsOf(
  options: ImportOptions,
  shops: ShopsOfSentences,
  report: Report,
): Promise<(ExplanationsToWrite & { readonly inputs: readonly InputFile[] }) | undefined> {
  const { explanations } = options;
  if (explanations === undefined) return undefined;
  report({ kind: "stage", stage: "read explanations", detail: [explanations].flat().map(shownAddress).join(", ") });
  const told = await readExplanations({ ...options, explanations });
  const files = told.files.map((file) => basename(typeof file === "string" ? file : file.file));
  return { ...matchExplanations(told, shops, report), files, inputs: told.files };
}
