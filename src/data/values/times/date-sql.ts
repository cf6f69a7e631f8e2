// Shapes of dates as SQL: the parts are cut out by their places, so that no text is searched row by row.
import { literal } from "../../duckdb.ts";
import type { ClockShape, DateOrder, DateShape, Span, ZoneShape } from "./time-shape.ts";
import { MONTHS, plainWordSql, ZONE_OFFSETS } from "./time-words.ts";

/** Two-digit years above this one lie in the last century: nothing was bought in the years to come. */
const latestShortYear = () => (new Date().getUTCFullYear() + 1) % 100;

/** SQL: `text` with digits as 9 and ASCII letters as a, as `shapeOf` writes it. */
export function shapeSql(text: string): string {
  const letters = "abcdefghijklmnopqrstuvwxyz";
  const from = `0123456789${letters}${letters.toUpperCase()}`;
  return `translate(${text}, '${from}', '${"9".repeat(10)}${"a".repeat(52)}')`;
}

export interface LocalTime {
  /** Clocks that times without a zone were read from. Default: UTC. */
  readonly timeZone?: string | undefined;
  /** SQL: seconds since midnight, where they stand in a column of their own. */
  readonly timeOfDay?: string | undefined;
}

/** SQL: the seconds since 1970 that `text` says; NULL for what is on no calendar. */
export function dateSql(text: string, shape: DateShape, order: DateOrder, { timeZone, timeOfDay }: LocalTime): string {
  const stamp = timestampSql(text, shape, order);
  const local = timeOfDay === undefined ? `epoch(${stamp})` : `epoch(date_trunc('day', ${stamp})) + ${timeOfDay}`;
  const zone = shape.zone;
  if (zone === undefined) return timeZone === undefined ? local : inZone(local, timeZone);
  if (zone.kind === "offset") return `${local} - ${offsetSql(text, zone)}`;
  const [word] = zone.words;
  if (zone.words.length === 1) return inZone(local, word!);
  const cases = zone.words.map((each) => `WHEN ${literal(each)} THEN ${inZone(local, each)}`);
  return `CASE ${cut(text, zone.span)} ${cases.join(" ")} END`;
}

/** SQL: the instant at which clocks of `zone` show `local`, both in seconds; `+02:00` is a zone as well. */
export function inZone(local: string, zone: string): string {
  const fixed = ZONE_OFFSETS.get(zone.toLowerCase()) ?? fixedOffset(zone);
  if (fixed !== undefined) return fixed === 0 ? local : `${local} - ${fixed}`;
  return `epoch(timezone(${literal(zone)}, make_timestamp(CAST(round((${local}) * 1e6) AS BIGINT))))`;
}

/** Seconds ahead of UTC that `+02:00` and `-0330` say. */
export function fixedOffset(zone: string): number | undefined {
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  if (match === null) return undefined;
  return (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 3600 + Number(match[3]) * 60);
}

function timestampSql(text: string, { numbers, monthWord, clock }: DateShape, order: DateOrder): string {
  const parts = fieldsOf(numbers, monthWord !== undefined, order);
  const month = monthWord === undefined ? partSql(text, parts.month) : monthSql(text, monthWord);
  const day = `${yearSql(text, parts.year!)} || '-' || ${month} || '-' || ${partSql(text, parts.day)}`;
  const stamp = clock === undefined ? day : `${day} || ' ' || ${clockSql(text, clock)}`;
  return `TRY_CAST(${stamp} AS TIMESTAMP)`;
}

function fieldsOf(
  numbers: readonly Span[],
  hasMonthWord: boolean,
  order: DateOrder,
): { year?: Span | undefined; month?: Span | undefined; day?: Span | undefined } {
  const [first, second, third] = numbers;
  if (hasMonthWord) {
    if (second === undefined) return { year: first };
    return order === "ymd" ? { year: first, day: second } : { day: first, year: second };
  }
  if (third === undefined) return order === "ymd" ? { year: first, month: second } : { month: first, year: second };
  if (order === "ymd") return { year: first, month: second, day: third };
  if (order === "dmy") return { day: first, month: second, year: third };
  return { month: first, day: second, year: third };
}

function cut(text: string, { at, length }: Span): string {
  return `substr(${text}, ${at}, ${length})`;
}

/** A part that is missing is the first: `2023-11` is the first of November. */
function partSql(text: string, span: Span | undefined): string {
  return span === undefined ? "'01'" : cut(text, span);
}

function yearSql(text: string, span: Span): string {
  const digits = cut(text, span);
  if (span.length === 4) return digits;
  return `(CASE WHEN ${digits} > '${String(latestShortYear()).padStart(2, "0")}' THEN '19' ELSE '20' END || ${digits})`;
}

function monthSql(text: string, span: Span): string {
  const cases = [...MONTHS].map(([name, month]) => `WHEN '${name}' THEN '${month}'`);
  return `(CASE ${plainWordSql(cut(text, span))} ${cases.join(" ")} END)`;
}

/** SQL: seconds since midnight of a time of day that stands alone. */
export function clockSecondsSql(text: string, clock: ClockShape): string {
  return `epoch(TRY_CAST('1970-01-01 ' || ${clockSql(text, clock)} AS TIMESTAMP))`;
}

function clockSql(text: string, { hour, minute, second, fraction, half }: ClockShape): string {
  const seconds = second === undefined ? "'00'" : cut(text, second);
  const exact = fraction === undefined ? seconds : `${seconds} || '.' || ${cut(text, fraction)}`;
  return `${half === undefined ? cut(text, hour) : hourSql(text, hour, half)} || ':' || ${cut(text, minute)} || ':' || ${exact}`;
}

/** `12 am` is 0, `12 pm` is 12, `13 pm` is nothing. */
function hourSql(text: string, hour: Span, half: Span): string {
  const number = `CAST(${cut(text, hour)} AS INTEGER)`;
  const afternoon = `CASE WHEN lower(${cut(text, half)})[1] = 'p' THEN 12 ELSE 0 END`;
  return `(CASE WHEN ${number} BETWEEN 1 AND 12 THEN CAST(${number} % 12 + ${afternoon} AS VARCHAR) END)`;
}

function offsetSql(text: string, zone: ZoneShape & { kind: "offset" }): string {
  const minutes = zone.minutes === undefined ? "0" : `CAST(${cut(text, zone.minutes)} AS INTEGER) * 60`;
  const seconds = `(CAST(${cut(text, zone.hours)} AS INTEGER) * 3600 + ${minutes})`;
  return `(CASE WHEN ${cut(text, zone.sign)} = '+' THEN ${seconds} ELSE -${seconds} END)`;
}
