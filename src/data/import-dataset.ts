// Chooses the reader, filters, and writes: the whole of `isrf data import`.
import { join } from "node:path";
import { InputError, stopIf, UsageError } from "../base/errors.ts";
import { type Report, silent } from "../base/progress.ts";
import type { Given } from "../base/settings.ts";
import { stoppable } from "../base/stopping.ts";
import type { Dataset } from "./dataset.ts";
import { filterShop } from "./filters.ts";
import { type Resolved, resolvePublic } from "./formats/resolve-public.ts";
import { mendDataset } from "./kept-work.ts";
import { writeLeftOut } from "./left-out.ts";
import { numberByAppearance } from "./number-by-appearance.ts";
import { OMISSIONS_FILE, writeOmissions } from "./omissions-file.ts";
import type { RawShop, Reader, ReadShop } from "./raw-shop.ts";
import { readP5Directory } from "./readers/p5.ts";
import { readTables } from "./readers/tables.ts";
import type { importSettings } from "./settings.ts";
import { checkDestination, stoppedWords, writeDataset } from "./write-dataset.ts";

export interface ImportOptions extends Given<typeof importSettings> {
  /** A reader of your own, instead of `dir` and `interactions`. */
  readonly read?: Reader | undefined;
  /** When it fires, the work stops before the directory moves into place. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Read a shop's data, filter it, and write a dataset directory (atomically) to `options.out`.
 * @throws UsageError for options that do not fit together or an existing `out`; InputError for malformed data, with
 * file and line; CancelledError when stopped.
 */
export async function importDataset(options: ImportOptions, report: Report = silent): Promise<Dataset> {
  return stoppable(options.signal, stoppedWords(options.out), () => readAndWrite(options, report));
}

async function readAndWrite(given: ImportOptions, report: Report): Promise<Dataset> {
  await mendDataset(given.out, report);
  await checkDestination(given.out, given.overwrite ?? false);
  const options = await resolvePublic(given, report);
  const isP5 = wantsP5(options);
  const { kCore = isP5 ? 0 : 5, minLength = isP5 ? 3 : 5 } = options;
  if (!Number.isInteger(kCore) || kCore < 0) throw new UsageError(`k-core ${kCore}: expected a whole number from 0.`);
  if (!Number.isInteger(minLength) || minLength < 3) {
    throw new UsageError(`min-length ${minLength}: expected at least 3 (training, validation and test).`);
  }
  const read = await readSource(options, isP5, report);
  stopIf(options.signal, "stopped after reading");
  const filtered = filterShop(read.shop, { kCore, minLength });
  const shop = isP5 ? filtered : numberByAppearance(filtered);
  describeFilter(read.shop, shop, report);
  if (shop.users.length === 0) throw nothingLeft(options, kCore, minLength);
  const facts = { ...read.facts, kCore, minLength };
  const { omissions = [] } = read;
  if (omissions.length > 0) {
    const list = join(options.out, OMISSIONS_FILE);
    report({ kind: "warning", message: `All ${omissions.length} records that were left out stand in ${list}.` });
  }
  const provenance = { files: read.files, options: facts };
  return writeDataset(shop, options, provenance, report, async (directory) => {
    await writeLeftOut(directory, read.shop, shop);
    if (omissions.length > 0) await writeOmissions(directory, omissions);
  });
}

function wantsP5({ format = "auto", dir, interactions, read }: Resolved<ImportOptions>): boolean {
  if (read !== undefined) {
    if (dir === undefined && interactions === undefined) return false;
    throw new UsageError("A reader of your own knows its files: name neither a folder nor interactions beside it.");
  }
  const isNamed = interactions !== undefined && interactions.length > 0;
  if ((dir === undefined) !== isNamed) {
    throw new UsageError("Name either --dir FOLDER (P5 directory) or --interactions FILE (every other format).");
  }
  if (format === "p5" && dir === undefined) throw new UsageError("Format p5 reads a folder: use --dir FOLDER.");
  if (dir !== undefined && format !== "p5" && format !== "auto") {
    throw new UsageError(`Format ${format} reads a file: use --interactions FILE instead of --dir.`);
  }
  return dir !== undefined;
}

function readSource(options: Resolved<ImportOptions>, isP5: boolean, report: Report): Promise<ReadShop> {
  if (options.read !== undefined) return options.read(report);
  if (isP5) return readP5Directory(options.dir!, report);
  const { format = "auto", interactions } = options;
  if (format === "p5") throw new UsageError("Format p5 reads a folder: use --dir FOLDER.");
  return readTables({ ...options, format, interactions: interactions! }, report);
}

function describeFilter(before: RawShop, after: RawShop, report: Report): void {
  const users = before.users.length - after.users.length;
  const items = before.items.length - after.items.length;
  if (users + items > 0) {
    report({ kind: "notice", message: `The filters removed ${users} users and ${items} items.` });
  }
  if (before.negatives && !after.negatives) {
    report({ kind: "warning", message: "Items were removed, so the published negatives were replaced by drawn ones." });
  }
}

function nothingLeft(options: Resolved<ImportOptions>, kCore: number, minLength: number): InputError {
  return new InputError({
    where: options.dir ?? [options.interactions ?? "the reader"].flat().join(", "),
    found: `no user with enough interactions (k-core ${kCore}, minimum length ${minLength})`,
    expected: "at least one",
    todo: "Lower --k-core and --min-length, or give more data.",
  });
}
