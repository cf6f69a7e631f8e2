// Which columns of the interactions table carry whom, what, when and how much: by the user's word, else by names and by
// what the cells say, over the whole table.
import type { DuckDBConnection } from "@duckdb/node-api";
import { UsageError } from "../../base/errors.ts";
import { headerWords, nameList, type TableSource } from "../sources/table-source.ts";
import { candidates } from "./candidates.ts";
import { chooseItem } from "./choose-item.ts";
import { chooseTime } from "./choose-time.ts";
import { chooseUser } from "./choose-user.ts";
import { Choosing, type Chosen } from "./chosen.ts";
import type { ColumnProfile } from "./column-profile.ts";
import { chooseFacts, FACT_MEANINGS } from "./flat-facts.ts";
import type { ColumnOptions, FactColumns, InteractionColumns, Meaning } from "./meanings.ts";
import { TableView } from "./table-view.ts";
import { unreadFeedback } from "./unread-feedback.ts";

export type { ColumnOptions, InteractionColumns } from "./meanings.ts";

export interface InteractionColumnOptions extends ColumnOptions {
  /** The catalogue, where there is one: the item is what joins it, and facts of items come from there. */
  readonly catalogue?: TableSource | undefined;
}

/** What a table says of its columns, complete or not. */
export interface Recognised extends Chosen<Partial<InteractionColumns> & { readonly facts: FactColumns }> {
  readonly choosing: Choosing;
}

const ROLES = ["user", "item", "timestamp", "rating", "event", "quantity"] as const;

/** @throws UsageError for named columns that are absent. */
export async function recogniseInteractions(
  database: DuckDBConnection,
  source: TableSource,
  options: InteractionColumnOptions,
): Promise<Recognised> {
  const choosing = new Choosing(await TableView.of(database, source), options.ignore);
  for (const role of ROLES) choosing.name(role, options[role]);
  if (options.catalogue === undefined)
    for (const fact of FACT_MEANINGS) choosing.name(fact, (options as FactColumns)[fact]);
  await chooseUser(choosing);
  await chooseItem(choosing, database, options.catalogue);
  await chooseTime(choosing);
  for (const meaning of ["rating", "event", "quantity"] as const) await chooseOther(choosing, meaning);
  await chooseFacts(choosing);
  choosing.warnings.push(...(await unreadFeedback(choosing)));
  const columns = {
    ...chosenOf(choosing, [...ROLES, "timeOfDay"]),
    facts: chosenOf(choosing, FACT_MEANINGS) as FactColumns,
  };
  return { columns, facts: choosing.facts(), warnings: choosing.warnings, choosing };
}

/** What bears on whether ratings are needed. */
export interface NeededColumns {
  readonly minRating?: number | undefined;
  readonly events?: string | undefined;
  readonly repeats?: string | undefined;
}

/**
 * What was recognised, for readers that need it.
 * @throws Doubt where the data do not tell; UsageError where no user or no item is found.
 */
export function settled(
  { columns, facts, warnings, choosing }: Recognised,
  source: TableSource,
  { minRating, events, repeats }: NeededColumns,
): Chosen<InteractionColumns> {
  const { user, item } = columns;
  if (choosing.doubts.length > 0) throw choosing.doubts[0];
  if (item === undefined && isMatrix(choosing)) throw new MatrixError(matrixWords(source));
  if (user === undefined || item === undefined) throw notFound(user === undefined ? "user" : "item", source);
  // Without a rating, weights and numbers of repeats add up to one.
  const isCounted = events !== undefined || repeats === "count";
  if (minRating !== undefined && !isCounted && columns.rating === undefined) {
    throw new UsageError(`--min-rating: ${source.name} has no recognised rating column. Name it with --rating.`);
  }
  return { columns: { ...columns, user, item }, facts, warnings };
}

/** A table with one row a user and one column an item. */
export class MatrixError extends UsageError {}

/** Columns of a few numbers, from which a table is one. */
const MATRIX_COLUMNS = 20;
const MATRIX_SHARE = 0.9;
/** 0 to 10, and the halves between. */
const MATRIX_VALUES = 21;

function isMatrix({ view }: Choosing): boolean {
  const isCell = ({ filled, numbers, distinct }: ColumnProfile) => numbers === filled && distinct <= MATRIX_VALUES;
  const cells = view.profiles.filter(isCell).length;
  return cells >= MATRIX_COLUMNS && cells >= MATRIX_SHARE * view.profiles.length;
}

function matrixWords({ name, columns }: TableSource): string {
  return `${name}: no column is recognised as the item id, and nearly all of its ${columns.length} columns hold a few numbers: it looks like one row a user and one column an item (${nameList(columns)}). Write one row a user and item, such as by pandas: df.melt(id_vars="${columns[0]}", var_name="item_id", value_name="rating").`;
}

function notFound(meaning: "user" | "item", source: TableSource): UsageError {
  const { name, columns } = source;
  return new UsageError(
    `${name}: none of the columns ${nameList(columns)} is recognised as the ${meaning} id${headerWords(source)}. Name it with --${meaning}.`,
  );
}

async function chooseOther(choosing: Choosing, meaning: "rating" | "event" | "quantity"): Promise<void> {
  if (choosing.isSettled(meaning)) return;
  const [best, next] = candidates(meaning, choosing.free());
  if (best === undefined) return;
  if (meaning === "rating" && next !== undefined && best.score - next.score < 0.01) {
    const [one, other] = [best.name, next.name];
    if (!(await choosing.view.sayTheSame(one, other))) {
      return choosing.doubt(meaning, `two columns that may be the rating, ${one} and ${other}, which differ`, [
        one,
        other,
      ]);
    }
  }
  choosing.take(meaning, best);
}

function chosenOf(choosing: Choosing, meanings: readonly Meaning[]): Partial<Record<Meaning, string>> {
  const found = meanings.map((meaning) => [meaning, choosing.column(meaning)] as const);
  return Object.fromEntries(found.filter(([, name]) => name !== undefined));
}
