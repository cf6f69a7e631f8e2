// Items that came after training, given names that the trained backbone can write: free codes near what they are like.
// Nothing is trained, and nothing of the known items changes.
import { CODE_SPECIALS, type ItemCodes } from "../../backbone/item-codes.ts";
import { keptCodes } from "../../backbone/kept-codes.ts";
import { type Matrix, matrix, row, rowsAt } from "../../base/matrix.ts";
import { hasItemRows, itemRows } from "./network/item-rows.ts";
import { assembleState, type GenerativeState, itemInterests } from "./state.ts";

/** Rows [all items, d] from those of training [known, d], which come first and stay. */
export type FurtherRows = (known: Matrix) => Promise<Matrix>;

export interface FurtherItems {
  /** With those that have codes behind the items of training. */
  readonly state: GenerativeState;
  /** Item of `state` by new item, in their order; -1 for those without a code. */
  readonly places: Int32Array;
}

/**
 * What is like nothing (a row of zeros) has no code; nor have the last ones where leaves of the tree are too few.
 * @returns undefined where none has one: also where codes are of noise, near which nothing is, and in prompts of text.
 */
export async function withFurtherItems(state: GenerativeState, rowsOf: FurtherRows): Promise<FurtherItems | undefined> {
  const { codes, network, nUsers, interests } = state;
  if (codes?.centroids === undefined || interests.individual.length === 0) return undefined;
  const known = network.nItems;
  const individual = await rowsOf(itemInterests(state));
  const coded = Array.from({ length: individual.rows - known }, (_, at) => known + at)
    .filter((item) => row(individual, item).some((value) => value !== 0))
    .slice(0, leavesOf(codes) - known);
  if (coded.length === 0) return undefined;
  const places = new Int32Array(individual.rows - known).fill(-1);
  coded.forEach((item, at) => {
    places[item - known] = known + at;
  });
  const rows = [...Array.from({ length: known }, (_, item) => item), ...coded];
  const { data } = rowsAt(individual, rows);
  const from = Int32Array.from(rows, (item) => (item < known ? item : -1));
  const parts = {
    ...state,
    options: network.options,
    scales: network.scales,
    nItems: rows.length,
    // Of the rows as training left them: those that were coded had other axes.
    codes: keptCodes(codes, from, matrix(rows.length, individual.columns, data)),
    interests: {
      ...interests,
      individual: joined(interests.individual.subarray(0, nUsers * individual.columns), data),
    },
  };
  const ownRows = hasItemRows(network.options) ? await furtherRows(state, rows, rowsOf) : undefined;
  const longer = assembleState(parts, ({ name }) => {
    return name === ownRows?.name ? ownRows.value : state.parameters.get(name).front.value;
  });
  return { state: longer, places };
}

/** Items that codes can name. */
function leavesOf({ vocabulary, width }: ItemCodes): number {
  return ((vocabulary - CODE_SPECIALS.count) / width) ** width;
}

/** Rows that are learnt for each item; behind those of items others may stand, which stay behind them. */
async function furtherRows(
  { network, parameters }: GenerativeState,
  rows: readonly number[],
  rowsOf: FurtherRows,
): Promise<{ readonly name: string; readonly value: Float32Array }> {
  const { nItems, t5 } = network;
  const { name } = itemRows(network);
  const { value } = parameters.get(name).front;
  const all = await rowsOf(matrix(nItems, t5.width, value.subarray(0, nItems * t5.width)));
  return { name, value: joined(rowsAt(all, rows).data, value.subarray(nItems * t5.width)) };
}

function joined(first: Float32Array, then: Float32Array): Float32Array {
  const both = new Float32Array(first.length + then.length);
  both.set(first);
  both.set(then, first.length);
  return both;
}
