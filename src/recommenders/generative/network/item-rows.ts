// The learned row of each item: omega^s, whose rows are whole words too (eq. 1), or, where whole words are ordinals,
// rows that the item head alone reads.
import { normal, type ParameterSpec } from "../../../engine/index.ts";
import type { GenerativeOptions } from "../options/options.ts";
import type { NetworkShape } from "../shapes.ts";

/** What of a run's shape the rows depend on. */
export type RowsShape = Pick<NetworkShape, "nItems" | "options"> & { readonly t5: { readonly width: number } };

/**
 * The table [nItems or more, d]. Its first rows are items'; omega^s has two more, one for all users and one for
 * padding.
 */
export function itemRows({ options, nItems, t5 }: RowsShape): ParameterSpec {
  const areWords = options.sequentialWord === "item";
  return {
    name: areWords ? "omega.sequential" : "head.items",
    shape: [areWords ? nItems + 2 : nItems, t5.width],
    rows: "items",
    init: normal(isolatedScale(options)),
  };
}

/** Whether a run has them. */
export function hasItemRows({ sequentialWord, itemHead }: GenerativeOptions): boolean {
  return sequentialWord === "item" || itemHead > 0;
}

/** Row of omega^s that names every user. */
export const userRow = ({ nItems }: Pick<NetworkShape, "nItems">): number => nItems;

/** Row of omega^s that fills unused item slots. */
export const paddingRow = ({ nItems }: Pick<NetworkShape, "nItems">): number => nItems + 1;

/** Size of an isolated node of the graph table, sigma/(L+1): omega_0 and rows of items start like it. */
export function isolatedScale({ normaliseWords, tokenScale, sigma, individualLayers }: GenerativeOptions): number {
  return normaliseWords ? tokenScale : sigma / (individualLayers + 1);
}
