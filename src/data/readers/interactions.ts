// Interactions of a table file, sorted and without repeats, as typed arrays over dense ordinals.
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import type { ColumnOptions, InteractionColumns } from "../columns/interaction-columns.ts";
import { execute, readRows } from "../duckdb.ts";
import type { TakenBack } from "../raw-shop.ts";
import { importSettings } from "../settings.ts";
import type { TableSource } from "../sources/table-source.ts";
import type { FeedbackFacts, IdFacts, LeftOut, TimeFacts } from "../understanding.ts";
import type { TimeOptions } from "../values/times/time-options.ts";
import { decideFeedback, FEEDBACK_ROWS, type FeedbackOptions } from "./feedback-columns.ts";
import { feedbackReasons, LOW_RATING } from "./feedback-reasons.ts";
import { collectHistories, type Histories } from "./histories.ts";
import { type IdColumnOptions, readIds } from "./id-columns.ts";
import { keepPairs, type PairCounts, takenBack } from "./keep-pairs.ts";
import { leaveOut } from "./left-out.ts";
import { type RawOptions, readRaw } from "./raw-interactions.ts";
import { checkTimes, decideTimes, describeTimes, tieWarnings } from "./time-columns.ts";

export interface InteractionOptions extends ColumnOptions, RawOptions, TimeOptions, IdColumnOptions, FeedbackOptions {
  /** Leave out rows whose time or rating cannot be read, instead of refusing them. */
  readonly skipBadRows?: boolean | undefined;
  /** Refuse a file with more interactions. Default: that of `isrf data import`. */
  readonly maxRows?: number | undefined;
  /** Also tell which pairs are taken back: something was known of them before. */
  readonly tellsTakenBack?: boolean | undefined;
}

const MAX_ROWS = importSettings.parse({ out: "" }).maxRows;

export interface Interactions extends Histories {
  /** The table with one row an interaction. */
  readonly table: TableSource;
  /** In order of first appearance in the file. */
  readonly users: readonly string[];
  readonly items: readonly string[];
  /** Do `ratings` hold the sums of what a pair's events weigh? */
  readonly areWeights: boolean;
  /** Pairs that can be read and are not kept, where they were asked for. */
  readonly takenBack?: readonly TakenBack[] | undefined;
  readonly droppedRepeats: number;
  readonly droppedLowRatings: number;
  readonly rows: { readonly read: number; readonly kept: number };
  readonly leftOut: readonly LeftOut[];
  readonly times?: TimeFacts | undefined;
  readonly feedback: FeedbackFacts;
  readonly userFacts: IdFacts;
  readonly itemFacts: IdFacts;
  /** What options asked for, one sentence each. */
  readonly notices: readonly string[];
  /** What was decided without being asked, or looks misread. */
  readonly warnings: readonly string[];
}

/**
 * Leaves the tables `user_list(id, k)` and `item_list(id, k)` in `database` for the readers of catalogue and users.
 * @throws InputError with file and line; Doubt where a column can be read in several ways
 */
export async function readInteractions(
  database: DuckDBConnection,
  table: TableSource,
  columns: InteractionColumns,
  options: InteractionOptions,
): Promise<Interactions> {
  const { maxRows = MAX_ROWS } = options;
  const { source, ...raw } = await readRaw(database, table, columns, options);
  const context = { database, source, columns };
  const read = await count(database, "raw");
  checkTotal(table.name, read, maxRows);
  const ids = await readIds(context, options);
  const feedback = await decideFeedback(context, options);
  const times = await decideTimes(context, FEEDBACK_ROWS, options);
  await execute(
    database,
    `CREATE TABLE parsed AS SELECT n, ${ids.user} AS u, ${ids.item} AS i, ${times.value} AS t,
     ${feedback.rating} AS r, ${feedback.weight} AS w, ${feedback.takesBack} AS b, ${times.fault} AS bad_time, ${feedback.fault} AS bad_rating FROM ${times.table}`,
  );
  const checked = await checkTimes(context, times, options);
  const liking = await feedbackReasons(context, feedback, options);
  const reasons = [...ids.reasons, ...checked.reasons, ...liking.reasons];
  const { leftOut, isUsable, warnings, notices } = await leaveOut(context, reasons);
  const against = reasons.filter(({ isAgainst, isBalanced }) => isAgainst === true && isBalanced !== true);
  const storesSum =
    columns.rating === undefined && (options.repeats === "count" || feedback.events?.isWeighted === true);
  const pairs = await keepPairs(database, {
    isUsable,
    isAgainst: against.length === 0 ? undefined : against.map(({ is }) => `coalesce(${is}, false)`).join(" OR "),
    hasReturns: feedback.hasReturns || feedback.events?.isWeighted === true,
    storesSum,
    least: storesSum ? options.minRating : undefined,
    repeats: options.repeats,
  });
  const { users, items } = await numberIds(database);
  const histories = await collectHistories(database, {
    hasTimes: columns.timestamp !== undefined,
    hasRatings: columns.rating !== undefined || storesSum,
  });
  const decided = [...raw.warnings, ...ids.warnings, ...checked.warnings, ...liking.warnings, ...warnings];
  return {
    table: source,
    ...histories,
    users,
    items,
    takenBack: options.tellsTakenBack === true ? await takenBack(database) : undefined,
    areWeights: storesSum && feedback.events?.isWeighted === true,
    droppedLowRatings: leftOut.find(({ reason }) => reason === LOW_RATING)?.count ?? 0,
    droppedRepeats: pairs.repeats,
    rows: { read, kept: pairs.kept },
    leftOut: [...raw.leftOut, ...leftOut],
    times: describeTimes(times, histories, leftOut),
    feedback: {
      form: feedback.form,
      events: feedback.events?.counting ?? [],
      repeats: pairs.repeats,
      withdrawn: pairs.withdrawn,
      returned: pairs.returned,
    },
    userFacts: busiestOf(
      users,
      histories.sequences.map(({ length }) => length),
    ),
    itemFacts: busiestOf(items, countItems(histories.sequences, items.length)),
    notices: [...raw.notices, ...notices, ...pairNotices(table.name, pairs, options)],
    warnings: [...decided, ...pairWarnings(table.name, pairs), ...tieWarnings(context, histories)],
  };
}

/** Ordinals of users and items, by their first row. */
async function numberIds(database: DuckDBConnection): Promise<{ users: string[]; items: string[] }> {
  const list = (name: string, id: string) =>
    `CREATE TABLE ${name} AS SELECT ${id} AS id, row_number() OVER (ORDER BY min(n)) - 1 AS k FROM kept GROUP BY ${id}`;
  await execute(database, `${list("user_list", "u")}; ${list("item_list", "i")};`);
  return { users: await idsOf(database, "user_list"), items: await idsOf(database, "item_list") };
}

function pairNotices(file: string, { repeats, light }: PairCounts, options: InteractionOptions): string[] {
  const one = options.repeats === "last" ? "the last one counts" : "the first one counts";
  const how = options.repeats === "count" ? "their number is kept as the rating" : one;
  const other = options.repeats === undefined ? " (--repeats last or count says otherwise)" : "";
  return [
    ...(repeats > 0 ? [`${file}: ${repeats} repeats of a user and item; ${how}${other}.`] : []),
    ...(light > 0
      ? [`${file}: left out ${light} pairs of user and item that weigh less than ${options.minRating}.`]
      : []),
  ];
}

function pairWarnings(file: string, { withdrawn, returned }: PairCounts): string[] {
  const pairs = "pairs of user and item";
  return [
    ...(withdrawn > 0
      ? [
          `${file}: left out ${withdrawn} ${pairs} whose last word is no liking (rated down or taken back later); --repeats first takes the first word.`,
        ]
      : []),
    ...(returned > 0 ? [`${file}: left out ${returned} ${pairs} that were given back in full.`] : []),
  ];
}

function busiestOf(ids: readonly string[], counts: ArrayLike<number>): IdFacts {
  let most = 0;
  for (let k = 1; k < counts.length; k++) if (counts[k]! > counts[most]!) most = k;
  const id = ids[most];
  return { distinct: ids.length, busiest: id === undefined ? undefined : { id, interactions: counts[most]! } };
}

function countItems(sequences: readonly Int32Array[], items: number): Int32Array {
  const counts = new Int32Array(items);
  for (const sequence of sequences) for (const item of sequence) counts[item]!++;
  return counts;
}

function checkTotal(where: string, total: number, maxRows: number): void {
  if (total <= maxRows) return;
  const todo = "If these are the shop's own, raise --max-rows.";
  throw new InputError({ where, found: `${total} interactions`, expected: `at most ${maxRows} (--max-rows)`, todo });
}

async function count(database: DuckDBConnection, table: string): Promise<number> {
  return Number((await readRows(database, `SELECT count(*) FROM ${table}`))[0]![0]);
}

async function idsOf(database: DuckDBConnection, table: string): Promise<string[]> {
  return (await readRows(database, `SELECT id FROM ${table} ORDER BY k`)).map(([id]) => String(id));
}
