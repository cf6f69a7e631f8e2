// The shape of a time: its text with every digit as 9 and every ASCII letter as a. A column has few shapes, so what
// each part of a shape stands for is decided here once, for all rows that share it. `dateShape` reads a shape from the
// outside in: the time of day, its zone, then words, then the numbers that are left.
import { FILLERS, isZoneName, MONTHS, plainWord, WEEKDAYS } from "./time-words.ts";

/** A part of the text, in characters from 1. */
export interface Span {
  readonly at: number;
  readonly length: number;
}

/** Which number comes first: year-month-day, day-month-year, month-day-year. */
export type DateOrder = "ymd" | "dmy" | "mdy";

export interface ClockShape {
  readonly hour: Span;
  readonly minute: Span;
  readonly second?: Span | undefined;
  /** Digits behind the decimal mark. */
  readonly fraction?: Span | undefined;
  /** The `a` or `p` of am and pm. */
  readonly half?: Span | undefined;
}

export type ZoneShape =
  | { readonly kind: "offset"; readonly sign: Span; readonly hours: Span; readonly minutes?: Span | undefined }
  /** A word of `ZONE_OFFSETS`, or a zone's name; `words` are those that occur, as they are written. */
  | { readonly kind: "word"; readonly span: Span; readonly words: readonly string[] };

export interface DateShape {
  /** The numbers of the date, in text order; one may be missing: the day, or the month where it is a word. */
  readonly numbers: readonly Span[];
  readonly monthWord?: Span | undefined;
  /** Every order that the lengths of the numbers allow. */
  readonly orders: readonly DateOrder[];
  readonly clock?: ClockShape | undefined;
  readonly zone?: ZoneShape | undefined;
}

export interface Token extends Span {
  readonly kind: "digits" | "letters" | "blank" | "mark";
  readonly text: string;
  /** What stands there in the rows of the shape, in plain words. */
  readonly words: ReadonlySet<string>;
}

/** Digits as 9, ASCII letters as a; the same as `shapeSql`. */
export function shapeOf(text: string): string {
  return text.replace(/[0-9]/g, "9").replace(/[A-Za-z]/g, "a");
}

export function tokensOf(shape: string, texts: readonly string[]): Token[] {
  const tokens: Token[] = [];
  const letters = texts.map((text) => Array.from(text));
  let at = 1;
  for (const [text] of shape.matchAll(/9+|\p{L}[\p{L}\p{M}]*|\s+|./gsu)) {
    const length = Array.from(text).length;
    const kind = /^9/.test(text) ? "digits" : /^\p{L}/u.test(text) ? "letters" : /^\s/.test(text) ? "blank" : "mark";
    const start = at - 1;
    const words = new Set(
      kind === "letters" ? letters.map((row) => plainWord(row.slice(start, start + length).join(""))) : [],
    );
    tokens.push({ kind, at, length, text, words });
    at += length;
  }
  return tokens;
}

/** What the parts of a date stand for; "clock" for a time of day without a date, undefined for what is neither. */
export function dateShape(shape: string, texts: readonly string[]): DateShape | "clock" | undefined {
  const tokens = tokensOf(shape.replace(/^9999:99:99(?= )/, "9999-99-99"), texts);
  const clock = findClock(tokens);
  const afterClock = clock === undefined ? undefined : tokens.splice(clock.from, clock.until - clock.from);
  const zone = clock && takeZone(tokens, clock.from, texts);
  if (zone === null) return undefined;
  const monthWord = takeMonth(tokens);
  if (tokens.some((token) => token.kind === "letters") || tokens.some(isOddMark)) return undefined;
  const numbers = tokens.filter((token) => token.kind === "digits").map(({ at, length }) => ({ at, length }));
  if (numbers.length === 0 && monthWord === undefined) return afterClock === undefined ? undefined : "clock";
  const compact = numbers.length === 1 && numbers[0]!.length === 8 && monthWord === undefined && clock !== undefined;
  const parts = compact ? splitDay(numbers[0]!) : numbers;
  const orders = ordersOf(parts, monthWord !== undefined);
  if (orders.length === 0) return undefined;
  return { numbers: parts, monthWord, orders, clock: clock?.shape, zone };
}

/** A time of day that stands alone. */
export function clockShape(shape: string, texts: readonly string[]): ClockShape | undefined {
  const tokens = tokensOf(shape, texts);
  const clock = findClock(tokens);
  if (clock === undefined) return undefined;
  tokens.splice(clock.from, clock.until - clock.from);
  const rest = tokens.filter((token) => token.kind !== "blank" && !isAll(token, (word) => FILLERS.has(word)));
  return rest.length === 0 ? clock.shape : undefined;
}

function isOddMark({ kind, text }: Token): boolean {
  return kind === "mark" && !/^[-/.,_:()'’\][|–]$/.test(text);
}

function splitDay({ at }: Span): Span[] {
  return [
    { at, length: 4 },
    { at: at + 4, length: 2 },
    { at: at + 6, length: 2 },
  ];
}

function ordersOf(numbers: readonly Span[], hasMonthWord: boolean): DateOrder[] {
  const lengths = numbers.map(({ length }) => length);
  const isShort = (length: number | undefined) => length === 1 || length === 2;
  if (hasMonthWord) {
    if (lengths.length === 1) return lengths[0] === 4 ? ["dmy"] : [];
    if (lengths.length !== 2) return [];
    if (isShort(lengths[0]) && (lengths[1] === 4 || lengths[1] === 2)) return ["dmy"];
    return lengths[0] === 4 && isShort(lengths[1]) ? ["ymd"] : [];
  }
  if (lengths.length === 2) {
    if (lengths[0] === 4 && isShort(lengths[1])) return ["ymd"];
    return isShort(lengths[0]) && lengths[1] === 4 ? ["mdy"] : [];
  }
  if (lengths.length !== 3 || !isShort(lengths[1])) return [];
  if (lengths[0] === 4) return isShort(lengths[2]) ? ["ymd"] : [];
  if (!isShort(lengths[0])) return [];
  if (lengths[2] === 4) return ["dmy", "mdy"];
  if (lengths[2] !== 2) return [];
  return lengths[0] === 2 ? ["dmy", "mdy", "ymd"] : ["dmy", "mdy"];
}

interface FoundClock {
  readonly shape: ClockShape;
  /** Tokens `from` to `until`, exclusively, belong to it. */
  readonly from: number;
  readonly until: number;
}

function findClock(tokens: readonly Token[]): FoundClock | undefined {
  for (let k = 0; k < tokens.length; k++) {
    const found = compactClock(tokens, k) ?? markedClock(tokens, k) ?? dottedClock(tokens, k);
    if (found !== undefined) return withHalf(tokens, found);
  }
  return undefined;
}

/** `T030405` and ` 030405` behind eight digits. */
function compactClock(tokens: readonly Token[], k: number): FoundClock | undefined {
  const [day, between, digits] = [tokens[k - 2], tokens[k - 1], tokens[k]];
  if (day?.kind !== "digits" || day.length !== 8 || digits?.kind !== "digits") return undefined;
  if (!(between?.kind === "blank" || isAll(between, (word) => word === "t"))) return undefined;
  if (digits.length !== 6 && digits.length !== 4) return undefined;
  const two = (offset: number) => ({ at: digits.at + offset, length: 2 });
  const second = digits.length === 6 ? two(4) : undefined;
  const fraction = second && fractionAt(tokens, k + 1);
  return {
    shape: { hour: two(0), minute: two(2), second, fraction },
    from: k,
    until: k + 1 + (fraction === undefined ? 0 : 2),
  };
}

/** `3:04`, `03:04:05.678`, `03h04`. */
function markedClock(tokens: readonly Token[], k: number): FoundClock | undefined {
  const [hour, mark, minute] = [tokens[k], tokens[k + 1], tokens[k + 2]];
  const isHour = hour?.kind === "digits" && hour.length <= 2;
  const isMark = mark?.text === ":" || isAll(mark, (word) => /^[h時时시]$/.test(word));
  if (!isHour || !isMark || minute?.kind !== "digits" || minute.length !== 2) return undefined;
  const isNext = /^[:分분]$/.test(tokens[k + 3]?.text ?? "");
  const hasSecond = isNext && tokens[k + 4]?.kind === "digits" && tokens[k + 4]!.length === 2;
  const second = hasSecond ? tokens[k + 4] : undefined;
  const fraction = second && fractionAt(tokens, k + 5);
  const until = k + 3 + (hasSecond ? 2 : 0) + (fraction === undefined ? 0 : 2);
  return { shape: { hour, minute, second, fraction }, from: k, until };
}

/** ` 03.04.05` behind the blank after a date. */
function dottedClock(tokens: readonly Token[], k: number): FoundClock | undefined {
  const [hour, mark, minute, otherMark, second] = tokens.slice(k);
  const isClock = [hour, minute, second].every((part) => part?.kind === "digits" && part.length === 2);
  if (!isClock || mark?.text !== "." || otherMark?.text !== "." || k < 3 || tokens[k - 1]?.kind !== "blank")
    return undefined;
  const fraction = fractionAt(tokens, k + 5);
  const until = k + 5 + (fraction === undefined ? 0 : 2);
  return { shape: { hour: hour!, minute: minute!, second, fraction }, from: k, until };
}

function fractionAt(tokens: readonly Token[], k: number): Span | undefined {
  const [mark, digits] = [tokens[k], tokens[k + 1]];
  return (mark?.text === "." || mark?.text === ",") && digits?.kind === "digits" ? digits : undefined;
}

/** Adds `PM`, ` p.m.` behind the time of day. */
function withHalf(tokens: readonly Token[], found: FoundClock): FoundClock {
  const k = found.until + (tokens[found.until]?.kind === "blank" ? 1 : 0);
  const half = tokens[k];
  if (isAll(half, (word) => word === "am" || word === "pm")) {
    return { ...found, shape: { ...found.shape, half }, until: k + 1 };
  }
  const dotted = tokens[k + 1]?.text === "." && isAll(tokens[k + 2], (word) => word === "m");
  if (!dotted || !isAll(half, (word) => word === "a" || word === "p")) return found;
  return { ...found, shape: { ...found.shape, half }, until: k + 3 + (tokens[k + 3]?.text === "." ? 1 : 0) };
}

/** Takes the zone behind the time of day, at `from`, out of `tokens`; null where it is of no known kind. */
function takeZone(tokens: Token[], from: number, texts: readonly string[]): ZoneShape | undefined | null {
  let k = from;
  while (tokens[k]?.kind === "blank") k++;
  const first = tokens[k];
  const isUtc = isAll(first, (word) => word === "utc" || word === "gmt");
  const sign = tokens[isUtc ? k + 1 : k];
  const offset = /^[-+−]$/.test(sign?.text ?? "") ? offsetOf(tokens, (isUtc ? k + 1 : k) + 1, sign!) : undefined;
  if (offset !== undefined) {
    tokens.splice(from, offset.until - from);
    // The name of the zone, told again in brackets.
    const bracket = tokens.findIndex(({ text }, index) => index >= from && (text === "(" || text === "["));
    if (bracket !== -1) tokens.splice(bracket);
    return offset.zone;
  }
  if (first?.kind !== "letters" || isAll(first, (word) => FILLERS.has(word))) return undefined;
  return wordZone(tokens, k, texts);
}

function offsetOf(
  tokens: readonly Token[],
  k: number,
  sign: Span,
): { readonly zone: ZoneShape; readonly until: number } | undefined {
  const digits = tokens[k];
  if (digits?.kind !== "digits") return undefined;
  const two = (at: number) => ({ at, length: 2 });
  if (digits.length === 4) {
    return { zone: { kind: "offset", sign, hours: two(digits.at), minutes: two(digits.at + 2) }, until: k + 1 };
  }
  if (digits.length > 2) return undefined;
  const minutes = tokens[k + 1]?.text === ":" && tokens[k + 2]?.length === 2 ? tokens[k + 2] : undefined;
  return { zone: { kind: "offset", sign, hours: digits, minutes }, until: minutes === undefined ? k + 1 : k + 3 };
}

function wordZone(tokens: Token[], k: number, texts: readonly string[]): ZoneShape | undefined | null {
  const first = tokens[k]!;
  let end = k + 1;
  while (end < tokens.length && (tokens[end]!.kind === "letters" || /^[/_]$/.test(tokens[end]!.text))) end++;
  const length = tokens.slice(k, end).reduce((sum, token) => sum + token.length, 0);
  const words = [
    ...new Set(
      texts.map((text) =>
        Array.from(text)
          .slice(first.at - 1, first.at - 1 + length)
          .join(""),
      ),
    ),
  ];
  if (!words.every(isZoneName)) {
    // A word behind the time that is no zone: perhaps the month of a date that follows it.
    return isAll(first, (word) => MONTHS.has(word) || WEEKDAYS.has(word)) ? undefined : null;
  }
  tokens.splice(k, end - k);
  return { kind: "word", span: { at: first.at, length }, words };
}

/** Takes every word out of `tokens` that says nothing, and the month. */
function takeMonth(tokens: Token[]): Span | undefined {
  let month: Span | undefined;
  for (let k = tokens.length - 1; k >= 0; k--) {
    const token = tokens[k]!;
    const isMonth = month === undefined && isAll(token, (word) => MONTHS.has(word));
    if (isMonth) month = token;
    if (isMonth || isAll(token, (word) => WEEKDAYS.has(word)) || isAll(token, (word) => FILLERS.has(word))) {
      tokens.splice(k, 1);
    }
  }
  return month;
}

function isAll(token: Token | undefined, holds: (word: string) => boolean): boolean {
  return token?.kind === "letters" && [...token.words].every(holds);
}
