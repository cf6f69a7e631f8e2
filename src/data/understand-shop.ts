// Reads, limits, filters and numbers, and says what it understood: all that an import does before it writes, and all
// that an inspection does.
import { stopIf, UsageError } from "../base/errors.ts";
import type { Report } from "../base/progress.ts";
import { lossWarning, lossWords, SHORTEST_HISTORY, shopCounts } from "./filter-words.ts";
import { filterShop } from "./filters.ts";
import { type Resolved, resolvePublic } from "./formats/resolve-public.ts";
import { limitHistories } from "./history-limits.ts";
import type { ImportOptions } from "./import-options.ts";
import { numberByAppearance } from "./number-by-appearance.ts";
import type { RawShop, ReadShop } from "./raw-shop.ts";
import { readP5Directory, tellOfUnreadReviews } from "./readers/p5.ts";
import { type FirstSight, readTables } from "./readers/tables.ts";
import type { FilterFacts, Understanding } from "./understanding.ts";

export type ShopOptions = Omit<ImportOptions, "out" | "overwrite" | "name" | "domain" | "seed">;

export interface UnderstoodShop {
  readonly read: ReadShop;
  /** Within the limits, before filters. */
  readonly whole: RawShop;
  /** Filtered and numbered; without users where the filters leave nothing. */
  readonly shop: RawShop;
  readonly understanding: Understanding;
  readonly filters: FilterFacts;
}

/**
 * `seen` is told of columns and form as soon as they are known, before values are read.
 * @throws UsageError for options that do not fit together; InputError for malformed data; CancelledError when stopped.
 */
export async function understandShop(
  given: ShopOptions,
  report: Report,
  seen?: (first: FirstSight) => void,
): Promise<UnderstoodShop> {
  checkOptions(given);
  const options = await resolvePublic(given, report);
  const isP5 = wantsP5(options);
  const bounds = boundsOf(options, isP5);
  const warnings: string[] = [];
  const heard: Report = (event) => {
    if (event.kind === "warning") warnings.push(event.message);
    report(event);
  };
  const read = await readSource(options, isP5, heard, seen);
  stopIf(options.signal, "stopped after reading");
  if (isP5 && options.explanations === undefined) await tellOfUnreadReviews(options.dir!, report);
  const whole = limitHistories(read.shop, options);
  const filtered = filterShop(whole, { ...bounds, keepUnsold: options.keepUnsold });
  const shop = isP5 ? filtered : numberByAppearance(filtered);
  const areDefaults = options.kCore === undefined && options.minLength === undefined;
  const filters = { ...bounds, areDefaults, before: shopCounts(whole), after: shopCounts(shop) };
  describeFilter(whole, shop, filters, heard);
  const understood = read.understanding ?? bareUnderstanding(filters);
  return { read, whole, shop, filters, understanding: { ...understood, filters, warnings } };
}

/** What is known of a reader that tells nothing. */
function bareUnderstanding({ before }: FilterFacts): Understanding {
  const rows = { read: before.interactions, kept: before.interactions, leftOut: [] };
  return { form: { format: "p5", notes: [] }, columns: [], rows, warnings: [] };
}

/** What can be said before anything is looked at. */
function checkOptions(given: ShopOptions): void {
  boundsOf({ ...given, format: "auto" }, false);
  if (given.read !== undefined || (given.dir === undefined) !== (given.interactions === undefined)) return;
  throw new UsageError("Name either --dir FOLDER (P5 directory) or --interactions FILE (every other format).");
}

function boundsOf(options: Resolved<ShopOptions>, isP5: boolean): { kCore: number; minLength: number } {
  const { kCore = isP5 ? 0 : 5, minLength = isP5 ? SHORTEST_HISTORY : 5 } = options;
  if (!Number.isInteger(kCore) || kCore < 0) throw new UsageError(`k-core ${kCore}: expected a whole number from 0.`);
  if (!Number.isInteger(minLength) || minLength < SHORTEST_HISTORY) {
    throw new UsageError(`min-length ${minLength}: expected at least 3 (training, validation and test).`);
  }
  return { kCore, minLength };
}

function wantsP5({ format = "auto", dir, interactions, read }: Resolved<ShopOptions>): boolean {
  if (read !== undefined) {
    if (dir === undefined && interactions === undefined) return false;
    throw new UsageError("A reader of your own knows its files: name neither a folder nor interactions beside it.");
  }
  if (format === "p5" && dir === undefined) throw new UsageError("Format p5 reads a folder: use --dir FOLDER.");
  if (dir !== undefined && format !== "p5" && format !== "auto") {
    throw new UsageError(`Format ${format} reads a file: use --interactions FILE instead of --dir.`);
  }
  return dir !== undefined;
}

function readSource(
  options: Resolved<ShopOptions>,
  isP5: boolean,
  report: Report,
  seen: Parameters<typeof understandShop>[2],
): Promise<ReadShop> {
  if (options.read !== undefined) return options.read(report);
  if (isP5 && options.keepUnsold) {
    throw new UsageError(
      "--keep-unsold: a P5 directory numbers what was bought, and holds nothing else. Leave it out.",
    );
  }
  if (isP5) return readP5Directory(options.dir!, report);
  const { format = "auto", interactions } = options;
  if (format === "p5") throw new UsageError("Format p5 reads a folder: use --dir FOLDER.");
  return readTables({ ...options, format, interactions: interactions! }, report, seen);
}

function describeFilter(before: RawShop, after: RawShop, facts: FilterFacts, report: Report): void {
  const warning = lossWarning(before, facts);
  if (warning !== undefined) report({ kind: "warning", message: warning });
  else if (after.users.length > 0 && facts.before.interactions > facts.after.interactions) {
    report({ kind: "notice", message: `The filters left out ${lossWords(facts)}.` });
  }
  if (before.negatives && !after.negatives) {
    report({ kind: "warning", message: "Items were removed, so the published negatives were replaced by drawn ones." });
  }
}
