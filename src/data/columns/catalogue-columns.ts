// Which columns of a catalogue carry the item id and what is known of the item.
import type { DuckDBConnection } from "@duckdb/node-api";
import { UsageError } from "../../base/errors.ts";
import { columnNamed, nameList, type TableSource } from "../sources/table-source.ts";
import { type Candidate, candidates, TIE } from "./candidates.ts";
import { Choosing, type Chosen } from "./chosen.ts";
import { FACT_MEANINGS, titleFromDescription } from "./flat-facts.ts";
import type { CatalogueColumns, FactColumns, FactOptions } from "./meanings.ts";
import { TableView } from "./table-view.ts";

export interface CatalogueColumnOptions extends FactOptions {
  /** Column of the item id. Default: what joins the interactions, named like theirs, else recognised. */
  readonly itemsId?: string | undefined;
}

/** @throws UsageError for named columns that are absent. */
export async function recogniseCatalogue(
  database: DuckDBConnection,
  source: TableSource,
  options: CatalogueColumnOptions,
  itemColumn?: string | undefined,
): Promise<Chosen<FactColumns & { readonly id?: string | undefined }>> {
  const choosing = new Choosing(await TableView.of(database, source), options.ignore);
  choosing.name("item", options.itemsId, "--items-id");
  for (const fact of FACT_MEANINGS) choosing.name(fact, (options as FactColumns)[fact]);
  if (!choosing.isSettled("item")) takeId(choosing, itemColumn);
  for (const meaning of FACT_MEANINGS) {
    const [best, ...others] = choosing.isSettled(meaning) ? [] : candidates(meaning, choosing.free(), "items");
    if (best === undefined) continue;
    choosing.take(meaning, best);
    if (meaning === "title") await tellOfRivals(choosing, best, others);
  }
  titleFromDescription(choosing);
  const facts = Object.fromEntries(FACT_MEANINGS.map((meaning) => [meaning, choosing.column(meaning)]));
  return { columns: { id: choosing.column("item"), ...facts }, facts: choosing.facts(), warnings: choosing.warnings };
}

/** @throws UsageError for named columns that are absent, and where no item id is found. */
export async function chooseCatalogueColumns(
  database: DuckDBConnection,
  source: TableSource,
  itemColumn: string | undefined,
  options: CatalogueColumnOptions,
): Promise<Chosen<CatalogueColumns>> {
  const { columns, ...rest } = await recogniseCatalogue(database, source, options, itemColumn);
  const { id } = columns;
  if (id === undefined) throw notFound(source);
  return { ...rest, columns: { ...columns, id } };
}

/** `title_de` and `title_en`: the language behind a name, or before it. */
const LANGUAGE =
  /[\s_.-](en|de|fr|es|it|pt|nl|pl|ru|sv|tr|ja|zh)([_-][a-z]{2})?$|^(en|de|fr|es|it|pt|nl|pl|ru|sv|tr|ja|zh)[\s_.-]/i;

/** Columns that are titles as well as the best one is, and say something else. */
async function tellOfRivals(choosing: Choosing, best: Candidate, others: readonly Candidate[]): Promise<void> {
  const { view, warnings } = choosing;
  const plain = (name: string) => name.replace(LANGUAGE, "").toLowerCase();
  for (const { name, score, profile } of others) {
    const isEqual = best.score - score < TIE / 2 || plain(name) === plain(best.name);
    if (!isEqual || profile.filled === 0 || !(await view.differ(best.name, name))) continue;
    const both = `${best.name} and ${name} may both be the title`;
    warnings.push(`${view.source.name}: ${both}; ${best.name} is taken. Name another with --title.`);
    return;
  }
}

/** What is named as among the interactions, else the likeliest. */
function takeId(choosing: Choosing, itemColumn: string | undefined): void {
  const same = itemColumn && columnNamed(choosing.view.source, itemColumn);
  const profile = choosing.free().find(({ name }) => name === same);
  const best = profile === undefined ? candidates("item", choosing.free(), "items")[0] : undefined;
  if (profile !== undefined) choosing.take("item", { name: profile.name, named: 1, score: 1, profile });
  else if (best !== undefined) choosing.take("item", best);
}

function notFound({ name, columns }: TableSource): UsageError {
  const known = nameList(columns);
  return new UsageError(`${name}: none of the columns ${known} is recognised as the item id. Name it with --items-id.`);
}
