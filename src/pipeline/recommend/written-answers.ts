// Parts that are all there, as one file, and what there is to say about it.
import type { Report } from "../../base/progress.ts";
import { parquetOfLines } from "../../data/index.ts";
import type { Staleness } from "../../runs/later-version.ts";
import type { Parts } from "./parts.ts";
import type { Fallback } from "./recommendations.ts";
import { PARQUET_COLUMNS, ROW_TEXTS } from "./row-formats.ts";
import type { FileFormat } from "./settings.ts";

export interface WrittenAnswers {
  readonly out: string;
  readonly format: FileFormat;
  readonly users: number;
  readonly recommendations: number;
  /** Users whom the run does not know, by who answered. */
  readonly fallbacks: Readonly<Record<Fallback, number>>;
  /** Users with fewer recommendations than asked for, or none. */
  readonly short: number;
  /** Users who had been answered before a stop. */
  readonly resumedAt: number;
  readonly seconds: number;
  /** Present where the run was asked about a later version of its data. */
  readonly stale?: Staleness | undefined;
}

export interface FinishOptions {
  readonly out: string;
  readonly format: FileFormat;
  /** Length of a list. */
  readonly top: number;
  readonly resumedAt: number;
  /** As `performance.now` said then. */
  readonly started: number;
  readonly stale: Staleness | undefined;
  readonly report: Report;
  readonly signal: AbortSignal | undefined;
}

/** Joins the parts, which go. */
export async function finish(parts: Parts, options: FinishOptions): Promise<WrittenAnswers> {
  const { out, format, top, resumedAt, started, stale, report, signal } = options;
  const users = parts.done;
  const { rows = 0, popularity = 0, itemKnn = 0, short = 0, shortFree = 0, formulas = 0 } = parts.tally;
  const { head } = ROW_TEXTS[format];
  if (format !== "parquet") await parts.joinTo(out, head);
  else await parts.joinTo(out, head, (joined, to) => parquetOfLines(to, PARQUET_COLUMNS, joined, signal));
  if (format === "csv" && formulas > 0) report({ kind: "warning", message: formulaWords(out, formulas) });
  if (short > shortFree) report({ kind: "warning", message: `${few(short - shortFree, top)}: ${NO_MORE}` });
  if (shortFree > 0) report({ kind: "warning", message: `${few(shortFree, top)}: ${NO_ITEMS}` });
  const seconds = (performance.now() - started) / 1000;
  const fallbacks = { popularity, "item-knn": itemKnn };
  return { out, format, users, recommendations: rows, fallbacks, short, resumedAt, seconds, stale };
}

function formulaWords(out: string, count: number): string {
  return `${out}: ${count} ids begin with =, +, - or @, which a spreadsheet takes for a formula; they are written as they are. Import the columns as text, or use --format jsonl or parquet.`;
}

const NO_MORE = "no more items may be answered to them.";
const NO_ITEMS = "the model writes freely (decoding=free), and not all of its texts name an item.";

function few(count: number, top: number): string {
  return `${count} users have fewer than ${top} recommendations`;
}
