// What a row says of a liking: its rating, the kind of its event, its quantity.
import { Doubt } from "../../base/doubt.ts";
import { InputError, UsageError } from "../../base/errors.ts";
import { readRows } from "../duckdb.ts";
import { type EventKind, type EventRule, eventRule, kindWords, parseEvents } from "../values/events.ts";
import { isMissingSql } from "../values/missing-words.ts";
import type { Decimal } from "../values/numbers.ts";
import { type NumberColumn, readNumberColumn } from "../values/ratings.ts";
import { placeWords, type RawContext } from "./raw-context.ts";

export interface FeedbackOptions {
  /** Drop interactions rated lower. Default: keep all that are no dislikes. */
  readonly minRating?: number | undefined;
  /** The mark before the decimals. Default: told by the whole column. */
  readonly decimal?: Decimal | undefined;
  /** Kinds of events that count, and how much: `purchase=1,view=.2`. Default: all that may be a liking, alike. */
  readonly events?: string | undefined;
  /** Of a user's repeats of an item, the one that counts; `count` keeps how many there were as the rating. */
  readonly repeats?: "first" | "last" | "count" | "keep" | undefined;
}

export interface Feedback {
  /** SQL over a row of `FEEDBACK_ROWS`: the rating, NULL where there is none. */
  readonly rating: string;
  /** SQL: is there a text that is no rating? Those are left out. */
  readonly fault: string;
  /** SQL: how much the row weighs; NULL for an event that was not chosen. */
  readonly weight: string;
  /** SQL: does the row take back what came before? */
  readonly takesBack: string;
  readonly events?: EventRule | undefined;
  /** Is the quantity 0 or less in some rows? */
  readonly hasReturns: boolean;
  /** How ratings are written, where it is not plain. */
  readonly form?: string | undefined;
  readonly warnings: readonly string[];
}

/** SQL: the rows of `raw` with their number `n` and the texts that feedback is read from. */
export const FEEDBACK_ROWS = `(SELECT rowid AS n, *, trim(rating_text) AS rating_x, trim(quantity_text) AS quantity_x,
  coalesce(trim(event_text), '') AS event FROM raw)`;

/** @throws InputError with its place for what is no number; Doubt for a comma that may mean two things. */
export async function decideFeedback(
  context: RawContext,
  options: FeedbackOptions & { readonly skipBadRows?: boolean | undefined },
): Promise<Feedback> {
  const { columns, source } = context;
  if (options.repeats === "keep") {
    throw new UsageError(
      "--repeats keep: a history holds every item once, as what is recommended is what somebody does not have yet. Take --repeats count to keep how often as the rating, last to let the latest time count, or first (the default) for the earliest.",
    );
  }
  const rating = await numberColumn(context, columns.rating, "rating_x", options.decimal);
  const { quantity, doubt } = await quantityColumn(context, options.decimal);
  const skips = options.skipBadRows === true;
  if (rating !== undefined && !skips) await refuseFaults(context, rating, "rating_x", columns.rating!, "--rating none");
  const events = await decideEvents(context, options.events);
  const hasReturns = quantity !== undefined && (await returnsAmong(context, quantity));
  const isCounted = quantity !== undefined && (hasReturns || options.repeats === "count");
  if (isCounted && doubt !== undefined) throw doubt;
  if (isCounted) await refuseFaults(context, quantity, "quantity_x", columns.quantity!, "--quantity none");
  const pieces = isCounted ? `coalesce(${quantity.value}, 1)` : "1";
  return {
    rating: rating?.value ?? "NULL::DOUBLE",
    fault: rating !== undefined && skips ? `(r IS NULL AND NOT ${isMissingSql("rating_x")})` : "false",
    weight: `(${events?.weight ?? "1"})::DOUBLE * ${pieces}`,
    takesBack: events?.takesBack ?? "false",
    events,
    hasReturns,
    form: rating?.form,
    warnings: [
      ...eventWarnings(source.name, columns.event, events),
      ...(quantity === undefined || isCounted ? [] : await unreadQuantities(context, quantity)),
    ],
  };
}

async function numberColumn(
  { database, source }: RawContext,
  column: string | undefined,
  text: string,
  decimal: Decimal | undefined,
): Promise<NumberColumn | undefined> {
  if (column === undefined) return undefined;
  return readNumberColumn({ database, table: FEEDBACK_ROWS, text, column, place: source.place }, decimal);
}

/** Of a quantity that is not counted only the sign matters, whatever stands before its decimals. */
async function quantityColumn(
  context: RawContext,
  decimal: Decimal | undefined,
): Promise<{ readonly quantity: NumberColumn | undefined; readonly doubt?: Doubt | undefined }> {
  const read = (mark: Decimal | undefined) => numberColumn(context, context.columns.quantity, "quantity_x", mark);
  try {
    return { quantity: await read(decimal) };
  } catch (error) {
    if (!(error instanceof Doubt)) throw error;
    return { quantity: await read("."), doubt: error };
  }
}

/** What is no number might have been a return. */
async function unreadQuantities(context: RawContext, { value }: NumberColumn): Promise<string[]> {
  const { database, source, columns } = context;
  const [row] = await readRows(
    database,
    `SELECT count(*), min(n), arg_min(quantity_x, n) FROM ${FEEDBACK_ROWS}
     WHERE ${value} IS NULL AND NOT ${isMissingSql("quantity_x")}`,
  );
  const [count, first, text] = row!;
  if (Number(count) === 0) return [];
  const place = placeWords(await source.place(Number(first)));
  return [
    `${source.name}: ${count} rows hold no number in "${columns.quantity}" ("${text}", first at ${place}) and count as likings. --quantity none leaves the column aside.`,
  ];
}

async function refuseFaults(
  { database, source }: RawContext,
  { value }: NumberColumn,
  text: string,
  column: string,
  flag: string,
): Promise<void> {
  const [bad] = await readRows(
    database,
    `SELECT n, ${text} FROM ${FEEDBACK_ROWS} WHERE ${value} IS NULL AND NOT ${isMissingSql(text)} ORDER BY n LIMIT 1`,
  );
  if (bad === undefined) return;
  const { where, line } = await source.place(Number(bad[0]));
  const todo = `Mend or remove the record, or leave the column aside with ${flag}.`;
  throw new InputError({ where, line, found: `"${bad[1]}" in "${column}"`, expected: "a number", todo });
}

async function returnsAmong({ database }: RawContext, { value }: NumberColumn): Promise<boolean> {
  const [row] = await readRows(database, `SELECT count(*) FROM ${FEEDBACK_ROWS} WHERE ${value} <= 0`);
  return Number(row![0]) > 0;
}

async function decideEvents(
  { database, source, columns }: RawContext,
  text: string | undefined,
): Promise<EventRule | undefined> {
  const { event } = columns;
  if (event === undefined) {
    if (text === undefined) return undefined;
    throw new UsageError("--events: no column of event kinds is recognised. Name it with --event COL.");
  }
  const rows = await readRows(
    database,
    `SELECT event, count(*) FROM ${FEEDBACK_ROWS} GROUP BY event ORDER BY count(*) DESC, event LIMIT 1000`,
  );
  const kinds: EventKind[] = rows.map(([name, count]) => ({ name: String(name), count: Number(count) }));
  return eventRule(source.name, event, kinds, text === undefined ? undefined : parseEvents(text));
}

function eventWarnings(file: string, column: string | undefined, rule: EventRule | undefined): string[] {
  if (rule === undefined || !rule.areAlike || rule.counting.length < 2) return [];
  const names = rule.counting.slice(0, 3).map(({ name }) => name);
  const weighed = names.map((name, k) => `${name}=${k === 0 ? 0.2 : 1}`).join(",");
  return [
    `${file}: "${column}" holds ${rule.counting.length} kinds of events that all count alike: ${kindWords(rule.counting)}. Choose with --events ${names.at(-1)}, or weigh with --events ${weighed}.`,
  ];
}
