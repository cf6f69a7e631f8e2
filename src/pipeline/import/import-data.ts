// An import whose text files workers read. What they mean is decided here, by looking at all of them together.
import { dirname, join, resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { exists, removeDirectory, sha256, sha256File } from "../../base/files.ts";
import { withLock } from "../../base/lock.ts";
import { productVersion } from "../../base/product-version.ts";
import { type Report, silent } from "../../base/progress.ts";
import { type Scratch, withScratch } from "../../base/scratch.ts";
import type { Given } from "../../base/settings.ts";
import {
  type ConvertedTable,
  type ConvertTables,
  type GivenTable,
  type Imported,
  type ImportOptions,
  importAndTell,
  withThreads,
} from "../../data/index.ts";
import { asJson } from "../../jobs/index.ts";
import { contentMark, type ObjectStore, openObjects } from "../../objects/index.ts";
import { Workforce, type Workplace, wantsWorkers, workplaceOf } from "../work/workplace.ts";
import {
  cellObjects,
  IMPORT_JOB,
  type ImportPayload,
  type ImportQuestion,
  outcomeIn,
  questionHash,
} from "./convert-kind.ts";
import type { importDataSettings } from "./settings.ts";

export interface ImportDataOptions extends Given<typeof importDataSettings> {
  readonly signal?: AbortSignal | undefined;
}

/**
 * `importAndTell`, by this process, or with text files of interactions read by workers on this machine (`workers`) or
 * anywhere (`queue`): the same dataset, byte for byte. Killed and begun anew, files that were read are not read again.
 * @throws as `importAndTell`; UsageError for what workers do not read; InUseError while another process imports so;
 *   OperationError where workers could not read all files.
 */
export async function importData(given: ImportDataOptions, report: Report = silent): Promise<Imported> {
  return withThreads(given.threads, () => importByAll(given, report));
}

async function importByAll(given: ImportDataOptions, report: Report): Promise<Imported> {
  const { workers, queue, objects, threads, ...options } = given;
  const sharing = { workers, queue, objects };
  if (!wantsWorkers(sharing)) return importAndTell(options, report);
  if (options.dir !== undefined) {
    throw new UsageError("--workers and --queue share the files of --interactions; a --dir is read by one process.");
  }
  const folder = folderOf(options.out);
  return withLock(join(folder, ".lock"), { command: "isrf data import" }, async () => {
    const imported = await withScratch((scratch) =>
      withDesk(scratch, workplaceOf(sharing, folder), { threads, report, signal: options.signal }, (convert) =>
        importAndTell({ ...options, convert } as ImportOptions, report),
      ),
    );
    await removeDirectory(folder);
    return imported;
  });
}

/** Beside the dataset, until it is whole. */
function folderOf(out: string): string {
  return `${resolve(out)}.import`;
}

interface DeskOptions {
  readonly threads: number | undefined;
  readonly report: Report;
  readonly signal: AbortSignal | undefined;
}

/** What was put for this import alone goes when `work` is done. */
async function withDesk<T>(
  scratch: Scratch,
  place: Workplace,
  options: DeskOptions,
  work: (convert: ConvertTables) => Promise<T>,
): Promise<T> {
  const objects = await openObjects(place.objects);
  const hashes = new Set<string>();
  try {
    const result = await work(async (tables, form) => {
      if (tables.length === 0) {
        options.report({ kind: "notice", message: "None of the files is a text that workers could read." });
        return [];
      }
      const questions = await Promise.all(tables.map((table) => questionOf(table, form)));
      for (const question of questions) hashes.add(questionHash(question));
      await handOut({ tables, questions, place, objects }, options);
      const cells = join(dirname(await scratch.path("cells")), "cells");
      return inOrder(questions, (question) => take(question, objects, cells));
    });
    for (const hash of hashes) for (const name of Object.values(cellObjects(hash))) await objects.remove(name);
    return result;
  } finally {
    objects.close();
  }
}

async function questionOf(
  { path, name, bytes, tag }: GivenTable,
  form: ImportQuestion["form"],
): Promise<ImportQuestion> {
  const content = path.startsWith("s3://") ? contentMark({ tag, bytes }) : await sha256File(path);
  return { version: productVersion(), name, content, form };
}

interface Work {
  readonly tables: readonly GivenTable[];
  readonly questions: readonly ImportQuestion[];
  readonly place: Workplace;
  readonly objects: ObjectStore;
}

const MB = 1e6;

async function handOut({ tables, questions, place, objects }: Work, options: DeskOptions): Promise<void> {
  const isThere = async (hash: string) => (await objects.facts(cellObjects(hash).outcome)) !== undefined;
  // The same file for another place is another job.
  const prefix = sha256(place.objects).slice(0, 6);
  const shards = tables.map(({ path, bytes }, k) => {
    const question = questions[k]!;
    const hash = questionHash(question);
    const payload: ImportPayload = {
      hash,
      question,
      path: path.startsWith("s3://") ? path : resolve(path),
      objects: place.isElsewhere ? null : place.objects,
    };
    return { name: `${prefix}-${hash}`, payload: asJson(payload), size: Math.max(1, Math.round(bytes / MB)) };
  });
  const missing: typeof shards = [];
  for (const shard of shards) {
    const isNew = !missing.some(({ name }) => name === shard.name);
    if (isNew && !(await isThere(shard.name.slice(prefix.length + 1)))) missing.push(shard);
  }
  const total = shards.reduce((sum, { size }) => sum + size, 0);
  const left = missing.reduce((sum, { size }) => sum + size, 0);
  const workforce = await Workforce.open(place, { ...options, kind: IMPORT_JOB, most: missing.length });
  try {
    await workforce.handOut({
      shards: missing,
      stage: "read files",
      unit: "MB",
      before: total - left,
      take: ({ name }) => isThere(name.slice(prefix.length + 1)),
    });
  } finally {
    await workforce.close();
  }
}

/** Its cells here; undefined where an import refuses the file. */
async function take(
  question: ImportQuestion,
  objects: ObjectStore,
  folder: string,
): Promise<ConvertedTable | undefined> {
  const hash = questionHash(question);
  const names = cellObjects(hash);
  const outcome = outcomeIn(await objects.get(names.outcome));
  if ("refused" in outcome) return undefined;
  const path = (name: string) => join(folder, `${hash}.${name}.parquet`);
  for (const name of outcome.cells) if (!(await exists(path(name)))) await objects.fetch(names[name], path(name));
  const { cells, card } = outcome;
  const optional = (name: "typed" | "listed") => (cells.includes(name) ? path(name) : undefined);
  return { card, text: path("text"), typed: optional("typed"), listed: optional("listed") };
}

async function inOrder<T, R>(all: readonly T[], work: (each: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const each of all) results.push(await work(each));
  return results;
}
