// Which column says what: by name and cells, and by what joins the catalogue where there is one.
import type { DuckDBConnection } from "@duckdb/node-api";
import type { TableSource } from "../sources/table-source.ts";
import { type Candidate, candidates, idCandidates, TIE } from "./candidates.ts";
import { perhaps } from "./choose-user.ts";
import type { Choosing } from "./chosen.ts";
import { profileColumns } from "./column-profile.ts";
import { TableView } from "./table-view.ts";

/** So many likely columns are tried against the catalogue. */
const TRIED = 3;
/** Share of distinct ids that a catalogue knows, where the columns are the right ones, and where they are not. */
const JOINS = 0.5;
const MISSES = 0.1;

export async function chooseItem(
  choosing: Choosing,
  database: DuckDBConnection,
  catalogue: TableSource | undefined,
): Promise<void> {
  if (choosing.isSettled("item")) return;
  const likely = await idCandidates("item", choosing.view, choosing.free());
  const [best, ...others] = likely;
  if (best === undefined) return perhaps(choosing, "item");
  const joined = catalogue && others.length > 0 && (await bestJoin(likely, choosing.view, database, catalogue));
  if (joined) return choosing.take("item", joined, joined === best ? "name" : "cells");
  const rival = others.find(({ score }) => best.score - score < TIE);
  if (rival !== undefined && !(await choosing.view.sayTheSame(best.name, rival.name))) {
    const found = `two columns that may be the item, ${best.name} and ${rival.name}`;
    return choosing.doubt("item", found, [best.name, rival.name]);
  }
  choosing.take("item", best);
}

/** The one candidate whose ids the catalogue knows, where the others' ids it does not. */
async function bestJoin(
  likely: readonly Candidate[],
  view: TableView,
  database: DuckDBConnection,
  catalogue: TableSource,
): Promise<Candidate | undefined> {
  const ids = candidates("item", await profileColumns(database, catalogue), "items").slice(0, TRIED);
  const shares: number[] = [];
  for (const candidate of likely.slice(0, TRIED)) {
    let most = 0;
    for (const { name } of ids) {
      const joining = await view.joining(candidate.name, TableView.valuesOf(catalogue, name));
      most = Math.max(most, joining / Math.max(1, candidate.profile.distinct));
    }
    shares.push(most);
  }
  const top = shares.indexOf(Math.max(...shares));
  const isClear = shares[top]! >= JOINS && shares.every((share, k) => k === top || share <= MISSES);
  return isClear ? likely[top] : undefined;
}
