// Answers as rows of a file. CSV and Parquet have a row a recommendation, JSON lines a line a user.

import type { ParquetColumns } from "../../data/index.ts";
import { csvCell } from "../tables/csv.ts";
import type { Recommendations } from "./recommendations.ts";
import type { FileFormat } from "./settings.ts";

/** A recommendation as a row. */
interface Row {
  readonly user: string | undefined;
  readonly rank: number;
  readonly item: string;
  readonly score: number;
  readonly title: string;
  readonly system: string;
  /** Empty where the run's model answered. */
  readonly fallback: string;
}

export const PARQUET_COLUMNS: ParquetColumns = {
  user: "VARCHAR",
  rank: "INTEGER",
  item: "VARCHAR",
  score: "FLOAT",
  title: "VARCHAR",
  system: "VARCHAR",
  fallback: "VARCHAR",
};

const CSV_HEAD = `${Object.keys(PARQUET_COLUMNS).join(",")}\n`;

/** A format of texts. */
export interface RowText {
  /** Stands before the first answer. */
  readonly head: string;
  /** Lines of an answer. */
  readonly of: (answer: Recommendations) => string;
}

/** Rows of an answer as CSV. */
function csvRows(answer: Recommendations): string {
  const lines = rowsOf(answer).map(({ user, rank, item, score, title, system, fallback }) =>
    [csvCell(user ?? ""), rank, csvCell(item), score, csvCell(defused(title)), system, fallback].join(","),
  );
  return lines.map((line) => `${line}\n`).join("");
}

/** A row a line. */
function rowLines(answer: Recommendations): string {
  return rowsOf(answer)
    .map((row) => `${JSON.stringify(row)}\n`)
    .join("");
}

/** An answer as one line. */
function answerLine(answer: Recommendations): string {
  return `${JSON.stringify(answer)}\n`;
}

/** Parquet is made of rows as JSON lines. */
export const ROW_TEXTS = {
  csv: { head: CSV_HEAD, of: csvRows },
  jsonl: { head: "", of: answerLine },
  parquet: { head: "", of: rowLines },
} as const satisfies Readonly<Record<FileFormat, RowText>>;

function rowsOf({ user, system, fallback, recommendations }: Recommendations): readonly Row[] {
  return recommendations.map(({ rank, item, score }) => ({
    user,
    rank,
    item: item.itemId,
    score,
    title: item.title,
    system,
    fallback: fallback ?? "",
  }));
}

/** What makes a spreadsheet take a cell for a formula, and run it. */
const FORMULA = /^[=+\-@\t\r]/;

/** Titles come from catalogues that nobody vouches for, and are for people alone: an apostrophe makes them text. */
function defused(title: string): string {
  return FORMULA.test(title) ? `'${title}` : title;
}

/** Ids stay as they are, for programs join by them: whoever writes a file says how many look like formulas. */
export function looksLikeFormula(id: string): boolean {
  return FORMULA.test(id) && !Number.isFinite(Number(id));
}
