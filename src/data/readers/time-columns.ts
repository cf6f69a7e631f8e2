// The time columns of the interactions: decided, read, checked.
import { InputError } from "../../base/errors.ts";
import { readRows } from "../duckdb.ts";
import type { LeftOut, TimeFacts } from "../understanding.ts";
import { readClocks } from "../values/times/clock-column.ts";
import { timeCells } from "../values/times/time-cells.ts";
import { isoTime, isUnknownTimeSql, oddTimes, sentinelSql } from "../values/times/time-checks.ts";
import { readTimes, type TimeReading } from "../values/times/time-column.ts";
import type { TimeOptions } from "../values/times/time-options.ts";
import type { Histories } from "./histories.ts";
import type { Reason } from "./left-out.ts";
import { placeWords, type RawContext } from "./raw-context.ts";

/** Share of interactions that share their time with another of the same user, from which it is told. */
const MANY_TIES = 0.1;
const UNKNOWN = "an unknown time";

export interface DecidedTimes {
  /** SQL table of the rows, with what `value` needs. */
  readonly table: string;
  /** SQL over a row of it: seconds since 1970. */
  readonly value: string;
  /** SQL, once `t` is the value: is there a text that is no time? */
  readonly fault: string;
  readonly reading?: TimeReading | undefined;
}

/** `rows` is an SQL table of `raw` with the row number `n`. */
export async function decideTimes(context: RawContext, rows: string, options: TimeOptions): Promise<DecidedTimes> {
  const { database, source, columns } = context;
  if (columns.timestamp === undefined) return { table: rows, value: "NULL::DOUBLE", fault: "false" };
  const table = await timeCells(database, rows, "time_text");
  const clock = columns.timeOfDay === undefined ? undefined : await readClocks({ database, table: rows }, "clock_text");
  const cells = { database, table, column: columns.timestamp, where: source.name, place: source.place };
  const reading = await readTimes(cells, options, clock);
  return { table, value: reading.value, fault: `(t IS NULL AND NOT ${isUnknownTimeSql("x")})`, reading };
}

/**
 * Why rows of `parsed` without a time are left out, and what is odd about the others.
 * @throws InputError with its place for what is no time
 */
export async function checkTimes(
  context: RawContext,
  { reading }: DecidedTimes,
  { skipBadRows = false }: { readonly skipBadRows?: boolean | undefined },
): Promise<{ reasons: Reason[]; warnings: string[] }> {
  const { database, source, columns } = context;
  if (reading === undefined) return { reasons: [], warnings: [] };
  if (!skipBadRows) await refuseFaults(context);
  const sentinel = reading.isCalendar ? await sentinelSql(database, "parsed") : "false";
  const fault: Reason = {
    is: "bad_time",
    words: "a time that cannot be read",
    rows: "whose time cannot be read",
    text: "time_text",
    column: columns.timestamp!,
    most: 0.5,
    expected: "a number or a date such as 2024-05-31 12:00:00",
    todo: "Say how times are written with --time-format.",
  };
  const reason: Reason = {
    is: `(t IS NULL OR ${sentinel})`,
    words: UNKNOWN,
    rows: `whose time is unknown`,
    text: "time_text",
    column: columns.timestamp!,
    most: 0.5,
    expected: "a number or a date such as 2024-05-31 12:00:00",
    todo: "Name another column with --timestamp, or take the order of the file with --timestamp none.",
  };
  const odd = reading.isCalendar ? await oddTimes(database, `(SELECT * FROM parsed WHERE NOT ${reason.is})`) : [];
  const warnings = [...reading.warnings.map((sentence) => `${source.name}: ${sentence}`)];
  for (const { words, count, row, seconds } of odd) {
    const place = placeWords(await source.place(row));
    warnings.push(
      `${source.name}: ${count} times in "${columns.timestamp}" lie ${words} (${isoTime(seconds)}, first at ${place}). If they are misread, say how they are written with --time-format.`,
    );
  }
  return { reasons: skipBadRows ? [fault, reason] : [reason], warnings };
}

async function refuseFaults({ database, source, columns }: RawContext): Promise<void> {
  const [bad] = await readRows(
    database,
    `SELECT n, time_text, clock_text FROM raw JOIN parsed ON raw.rowid = n WHERE bad_time ORDER BY n LIMIT 1`,
  );
  if (bad === undefined) return;
  const { where, line } = await source.place(Number(bad[0]));
  const clock = columns.timeOfDay === undefined ? "" : ` beside "${bad[2] ?? ""}" in "${columns.timeOfDay}"`;
  throw new InputError({
    where,
    line,
    found: `"${bad[1]}" in "${columns.timestamp}"${clock}`,
    expected: "a number or a date such as 2024-05-31 12:00:00",
    todo: "Mend or remove the record, or say how times are written with --time-format.",
  });
}

/** The times of what was kept. */
export function describeTimes(
  { reading }: DecidedTimes,
  { tied, sortedUsers, timestamps }: Histories,
  leftOut: readonly LeftOut[],
): TimeFacts | undefined {
  if (reading === undefined || timestamps === undefined) return undefined;
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const times of timestamps) {
    first = Math.min(first, times[0]!);
    last = Math.max(last, times.at(-1)!);
  }
  const words = reading.isCalendar ? isoTime : String;
  return {
    first: words(first),
    last: words(last),
    form: reading.form,
    zone: reading.zone,
    unknown: leftOut.find(({ reason }) => reason === UNKNOWN)?.count ?? 0,
    tied,
    sortedUsers,
  };
}

/** A word on times that no longer give an order. */
export function tieWarnings({ source, columns }: RawContext, { tied, sequences }: Histories): string[] {
  const interactions = sequences.reduce((sum, { length }) => sum + length, 0);
  if (columns.timestamp === undefined || tied === 0 || tied < MANY_TIES * interactions) return [];
  const share = Math.round((100 * tied) / interactions);
  return [
    `${source.name}: ${tied} of ${interactions} interactions (${share} %) have the same time in "${columns.timestamp}" as another one of their user: among those the order of the file counts.`,
  ];
}
