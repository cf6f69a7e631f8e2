// The items whose texts are nearest to those of others. Which they are is found in blocks and in single precision, with
// some to spare; their cosines are taken in double precision, so that neither order nor values depend on the machine.
import { dot, type Matrix, row, rowsAt } from "../base/matrix.ts";
import { type TopEntries, TopK, topEntries } from "../base/top-k.ts";
import { forEachProductTile } from "../embedding/index.ts";
import { BestColumns } from "../engine/index.ts";

/** Beyond those that are asked for: single precision may put one behind its equals. */
const SPARE = 6;

export interface NearestSearch {
  /** Rows of length 1 or 0, by item. [nItems, n] */
  readonly texts: Matrix;
  /** Items that are asked about. */
  readonly places: Int32Array;
  /** Items that are looked among, ascending. */
  readonly among: Int32Array;
  readonly count: number;
}

export interface NearestOptions {
  /** CPU threads; default: one per core. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Visit `places` in their order, each with the `count` items of `among` of highest cosine, best first, ties by number.
 * The entries are valid during the visit.
 */
export async function forEachNearest(
  { texts, places, among, count }: NearestSearch,
  visit: (at: number, nearest: TopEntries) => void,
  { threads, signal }: NearestOptions = {},
): Promise<void> {
  const kept = count + SPARE;
  const top = new TopK(count);
  const entries = topEntries(count);
  const [scores, columns] = [new Float32Array(kept), new Int32Array(kept)];
  let best: BestColumns | undefined;
  await forEachProductTile(
    rowsAt(texts, places),
    rowsAt(texts, among),
    ({ data, stride, rowStart, rowEnd, columnStart, columnEnd }) => {
      const rows = rowEnd - rowStart;
      best ??= new BestColumns(rows, kept, threads);
      best.add({ data, stride, rows, columns: columnEnd - columnStart, firstColumn: columnStart });
      if (columnEnd < among.length) return;
      for (let at = rowStart; at < rowEnd; at++) {
        best.copyRow(at - rowStart, scores, columns, 0);
        const text = row(texts, places[at]!);
        for (const column of columns) {
          if (column >= 0) top.push(dot(text, row(texts, among[column]!)), among[column]!);
        }
        visit(at, top.drain(entries));
      }
      best = undefined;
    },
    { threads, signal },
  );
}
