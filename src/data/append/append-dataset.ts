// A new version of a dataset, with what has happened since: the old one stays, and runs that were trained on it stay
// whole.
import { cp } from "node:fs/promises";
import { join, resolve } from "node:path";
import { InputError, stopIf, UsageError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { type Report, silent } from "../../base/progress.ts";
import type { Given } from "../../base/settings.ts";
import { stoppable } from "../../base/stopping.ts";
import type { Dataset, DatasetManifest, DatasetVersion } from "../dataset.ts";
import { carriedExplanations } from "../explanations/explanations-file.ts";
import { type FilterOptions, filterShop } from "../filters.ts";
import { type HistoryLimits, limitHistories } from "../history-limits.ts";
import { locksInside } from "../kept-work.ts";
import { writeLeftOut } from "../left-out.ts";
import { numberByAppearance } from "../number-by-appearance.ts";
import { keepOmissions } from "../omissions-file.ts";
import { openDataset } from "../open-dataset.ts";
import type { RawShop, ReadShop } from "../raw-shop.ts";
import type { HeldShop } from "../readers/held-shop.ts";
import { readTables, type TableOptions } from "../readers/tables.ts";
import type { appendSettings } from "../settings.ts";
import { splitAlready } from "../splits/split-already.ts";
import { checkDestination, stoppedWords, writeDataset } from "../write-dataset.ts";
import { type Added, mergeShops } from "./merge-shops.ts";
import { wholeShop } from "./whole-shop.ts";

export interface AppendOptions extends Given<typeof appendSettings> {
  /** When it fires, the work stops before the new directory moves into place. */
  readonly signal?: AbortSignal | undefined;
}

export interface AppendResult {
  readonly dataset: Dataset;
  /** Before filters. */
  readonly added: Added;
}

/**
 * Write the dataset in `directory` together with later interactions and catalogue entries to `options.out`. Filters are
 * those of the dataset; what they had left out may come in now. Texts of language models come along.
 * @throws as `importDataset`; UsageError when `out` is the dataset itself.
 */
export async function appendToDataset(
  directory: string,
  options: AppendOptions,
  report: Report = silent,
): Promise<AppendResult> {
  return stoppable(options.signal, stoppedWords(options.out), () => readAndWrite(directory, options, report));
}

async function readAndWrite(directory: string, options: AppendOptions, report: Report): Promise<AppendResult> {
  const { out, overwrite = false, interactions, format = "auto", signal } = options;
  if (resolve(out) === resolve(directory)) {
    const why = "runs that were trained on it would lose their data";
    throw new UsageError(`--out ${out} is the dataset itself: ${why}. Name another directory for the new version.`);
  }
  await checkDestination(out, overwrite);
  const before = await openDataset(directory, report);
  if (before.manifest.split !== undefined) throw splitAlready(directory, before.manifest.split, "Append to");
  const keepUnsold = before.manifest.options.keepUnsold === true && options.items !== undefined;
  const { weights, events, repeats: repeatsBefore } = before.manifest.options;
  const repeats = options.repeats ?? (repeatsBefore as AppendOptions["repeats"]);
  const known = await wholeShop(before);
  const usual = usualReading(directory, before.manifest.options, options, report);
  const held = heldShop(directory, before.manifest.options, known);
  const reading = { ...options, ...usual, held, format, interactions, keepUnsold, repeats, tellsTakenBack: true };
  const later = await readTables(reading, report);
  stopIf(signal, stoppedWords(out));
  if (weights !== undefined && later.facts.weights === undefined) throw unweighed(directory, events);
  if (known.timestamps !== undefined && later.shop.timestamps === undefined && options.timestamp !== "none") {
    throw untimed(options, directory);
  }
  const { shop: whole, added } = mergeShops(known, later.shop, {
    takenBack: later.takenBack,
    lastCounts: repeats === "last",
    areSums: weights !== undefined || (repeats === "count" && repeatsBefore === "count"),
  });
  const { interactions: news, items, changedItems, moved, takenBack } = added;
  if (news + items + changedItems + moved + takenBack === 0) throw nothingNew(options, directory);
  tellOfTakenBack(options, added, report);
  const hasEvents = (later.facts.columns as { event?: string } | undefined)?.event !== undefined;
  tellOfOtherRules(directory, before.manifest.options, options, hasEvents, report);
  const filters = filtersOf(before.manifest);
  const shop = numberByAppearance(filterShop(limitHistories(whole, limitsOf(before.manifest, whole)), filters));
  const { manifest } = before;
  const provenance = {
    files: later.files,
    options: {
      ...manifest.options,
      ...later.facts,
      ...saidBefore(manifest.options, later.facts),
      ...filters,
      weights,
    },
    lineage: [versionOf(before), ...(manifest.lineage ?? [])],
    explanations: await carriedExplanations(before, shop),
  };
  // The domain stands in prompts: answers are found by them.
  const written = { ...options, name: manifest.name, domain: manifest.domain, seed: manifest.seed };
  const writeOmitted = keepOmissions(out, report, later.omissions);
  const dataset = await writeDataset(shop, written, provenance, report, async (temporary) => {
    await writeOmitted(temporary);
    await copyAnswers(directory, temporary, report);
    await writeLeftOut(temporary, whole, shop);
  });
  return { dataset, added };
}

const SAID = ["minRating", "events", "guest", "timeZone", "timeFormat", "decimal"] as const;

/** What the import asked for holds for later versions too, where nothing else is said. */
function saidBefore(before: DatasetManifest["options"], now: ReadShop["facts"]) {
  return Object.fromEntries(SAID.map((key) => [key, now[key] ?? before[key]]));
}

/** How the import read its files, where nothing else is said; people are told. */
function usualReading(
  directory: string,
  { guest, timeZone, timeFormat }: DatasetManifest["options"],
  options: AppendOptions,
  report: Report,
): Pick<TableOptions, "usualGuest" | "timeZone" | "timeFormat"> {
  const text = (now: string | undefined, before: unknown) => now ?? (typeof before === "string" ? before : undefined);
  const usual = {
    usualGuest: options.guest === undefined && Array.isArray(guest) ? guest.map(String) : undefined,
    timeZone: text(options.timeZone, timeZone),
    timeFormat: text(options.timeFormat, timeFormat),
  };
  const flags = [
    ...(usual.usualGuest ?? []).map((word) => `--guest ${word === "" ? '""' : word}`),
    ...(usual.timeZone === options.timeZone ? [] : [`--time-zone ${usual.timeZone}`]),
    ...(usual.timeFormat === options.timeFormat ? [] : [`--time-format ${usual.timeFormat}`]),
  ];
  if (flags.length > 0) {
    const message = `These files are read as ${directory} was: ${flags.join(" ")}.`;
    report({ kind: "notice", message });
  }
  return usual;
}

function heldShop(name: string, { columns }: DatasetManifest["options"], { users, items }: RawShop): HeldShop {
  return { name, users, items: items.map(({ itemId }) => itemId), columns: columns as HeldShop["columns"] };
}

/** Ratings, or nothing, beside sums of weights would be taken for weights. */
function unweighed(directory: string, events: unknown): UsageError {
  const todo = `Give the same here, and the column by --event if it is called otherwise: --events ${events}`;
  return new UsageError(`${directory} weighs interactions by the kinds of their events. ${todo}`);
}

/** What of the dataset was taken back. */
function tellOfTakenBack({ interactions }: AppendOptions, { takenBack, returned }: Added, report: Report): void {
  if (takenBack === 0) return;
  const pieces =
    returned === 0
      ? ""
      : ` Of ${returned} of them it is not known how many pieces were bought: they count as given back in full.`;
  const what = "were taken back (rated down, refunded or returned) and are left out";
  report({ kind: "warning", message: `${interactions}: ${takenBack} interactions of the dataset ${what}.${pieces}` });
}

/** An import that asked for ratings or events would have asked the same of these files. */
function tellOfOtherRules(
  directory: string,
  said: DatasetManifest["options"],
  options: AppendOptions,
  hasEvents: boolean,
  report: Report,
): void {
  const rules = [
    { flag: "--min-rating", before: said.minRating, now: options.minRating },
    ...(hasEvents ? [{ flag: "--events", before: said.events, now: options.events }] : []),
  ];
  for (const { flag, before, now } of rules) {
    if (before === undefined || String(before) === String(now)) continue;
    const here = now === undefined ? `without ${flag}` : `with ${flag} ${now}`;
    const message = `${directory} was imported with ${flag} ${before}, and these files are read ${here}: other rows count. Give ${flag} ${before} here as well.`;
    report({ kind: "warning", message });
  }
}

/** Histories are sorted by time only where all of it is known: one part without would take it from the others. */
function untimed({ interactions }: AppendOptions, directory: string): InputError {
  return new InputError({
    where: interactions,
    found: "no column of times",
    expected: `times, as ${directory} has them`,
    todo: "Name it with --timestamp COL. --timestamp none drops the times of all; what is new then comes last.",
  });
}

function nothingNew({ interactions }: AppendOptions, directory: string): InputError {
  return new InputError({
    where: interactions,
    found: `no interaction and no item that ${directory} does not hold already`,
    expected: "something new",
    todo: "Name the file with what has happened since.",
  });
}

/** Filters that the dataset was imported with; a synthetic shop had none. */
function filtersOf({ options }: DatasetManifest): FilterOptions {
  const number = (value: unknown, otherwise: number) => (typeof value === "number" ? value : otherwise);
  const keepUnsold = options.keepUnsold === true || undefined;
  return { kCore: number(options.kCore, 0), minLength: number(options.minLength, 3), keepUnsold };
}

/** Of the dataset's import; an account that was left out need not be in it any more. */
function limitsOf({ options: { dropUser, maxHistory } }: DatasetManifest, { users }: RawShop): HistoryLimits {
  const dropped = Array.isArray(dropUser) ? new Set<unknown>(dropUser) : new Set();
  return {
    dropUser: users.filter((user) => dropped.has(user)),
    maxHistory: typeof maxHistory === "number" ? maxHistory : undefined,
  };
}

function versionOf({ hash, manifest: { name, counts } }: Dataset): DatasetVersion {
  return { name, hash, counts };
}

/**
 * Texts about items and users are found by their prompts: those that still fit are used again. Vectors are of the data
 * as a whole, and are made again.
 */
async function copyAnswers(from: string, to: string, report: Report): Promise<void> {
  const reasoning = join(from, "reasoning");
  if (!(await exists(reasoning))) return;
  if ((await locksInside(from)).length > 0) {
    const message = `${reasoning} is being written: its texts are not taken along. Append again when that has ended.`;
    report({ kind: "warning", message });
    return;
  }
  await cp(reasoning, join(to, "reasoning"), { recursive: true });
}
