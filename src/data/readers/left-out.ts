// Rows that cannot be used, left out with a word: how many, why, and where the first one stands.
import { InputError } from "../../base/errors.ts";
import { readRows } from "../duckdb.ts";
import type { LeftOut } from "../understanding.ts";
import type { RawContext } from "./raw-context.ts";

export interface Reason {
  /** SQL over a row of `parsed`: is it left out for this reason? */
  readonly is: string;
  /** "no user". */
  readonly words: string;
  /** What such rows are, in a sentence: "27 rows without a user". */
  readonly rows: string;
  /** Column of `raw` that holds what is wrong, and its name in the file. */
  readonly text: string;
  readonly column: string;
  /** What to do about it; none where there is nothing to do. */
  readonly advice?: string | undefined;
  /** Do such rows speak against the other rows of their pair? Those are judged pair by pair. */
  readonly isAgainst?: boolean | undefined;
  /** Against them in number, not in time. */
  readonly isBalanced?: boolean | undefined;
  /** Did an option ask for it? Then it is no warning. */
  readonly isAsked?: boolean | undefined;
  /** More than this share of all rows is no fault of rows, but of the column: refused. */
  readonly most: number;
  /** What was expected, and what to do, when it is refused. */
  readonly expected: string;
  readonly todo: string;
}

export interface LeftOutRows {
  readonly leftOut: readonly LeftOut[];
  readonly warnings: readonly string[];
  readonly notices: readonly string[];
  /** SQL: the rows of `parsed` that can be used, those that speak against others included. */
  readonly isUsable: string;
}

/** Each row is counted for the first reason that holds. @throws InputError where a reason takes too many rows. */
export async function leaveOut(context: RawContext, reasons: readonly Reason[]): Promise<LeftOutRows> {
  const figures = reasons.map(({ is }, k) => {
    const earlier = reasons.slice(0, k).map((reason) => `AND NOT (${reason.is})`);
    return `count(*) FILTER (${is} ${earlier.join(" ")}), min(n) FILTER (${is} ${earlier.join(" ")})`;
  });
  const [row] = await readRows(context.database, `SELECT count(*), ${figures.join(", ")} FROM parsed`);
  const total = Number(row![0]);
  const leftOut: LeftOut[] = [];
  const warnings: string[] = [];
  const notices: string[] = [];
  for (const [k, reason] of reasons.entries()) {
    const count = Number(row![1 + 2 * k]);
    if (count === 0) continue;
    const first = await firstOf(context, reason, Number(row![2 + 2 * k]));
    if (count === total || count > reason.most * total) throw refusal(reason, first, count, total);
    leftOut.push({ reason: reason.words, count, examples: [{ place: first.place, text: first.text }] });
    const shown = first.text === "" ? `no value in "${reason.column}"` : `"${first.text}" in "${reason.column}"`;
    const advice = reason.advice === undefined ? "" : ` ${reason.advice}`;
    (reason.isAsked === true ? notices : warnings).push(
      `${context.source.name}: left out ${count} of ${total} rows, ${reason.rows} (${shown}, first at ${first.place}).${advice}`,
    );
  }
  const hard = reasons.filter(({ isAgainst }) => isAgainst !== true);
  return { leftOut, warnings, notices, isUsable: hard.map(({ is }) => `NOT (${is})`).join(" AND ") || "true" };
}

interface First {
  readonly where: string;
  readonly line?: number | undefined;
  readonly place: string;
  readonly text: string;
}

async function firstOf({ database, source }: RawContext, { text }: Reason, n: number): Promise<First> {
  const [found] = await readRows(database, `SELECT ${text} FROM raw WHERE rowid = ${n}`);
  const { where, line } = await source.place(n);
  const place = line === undefined ? where : `${where}:${line}`;
  return { where, line, place, text: found![0] === null ? "" : String(found![0]) };
}

function refusal(reason: Reason, { where, line, text }: First, count: number, total: number): InputError {
  const value = text === "" ? "no value" : `"${text}"`;
  const others = count === total ? "all rows" : `${count} of ${total} rows`;
  const found = total === 1 ? `${value} in "${reason.column}"` : `${value} in "${reason.column}" (so in ${others})`;
  return new InputError({ where, line, found, expected: reason.expected, todo: reason.todo });
}
