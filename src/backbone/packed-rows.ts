// Batches of sequences of different lengths as network code sees them. Attention needs them padded, [B, T, ..];
// whatever looks at one position alone - projections, norms, feed-forward layers: nearly all arithmetic - may work on
// the positions that are there, [1, rows, ..]: with one axis less, onnxruntime would turn each weight before it
// multiplies.
// Letters: B batch, T time, w any width.
import { gather, integers, reshape, sizeOf, type Tensor } from "../engine/index.ts";

/** How packed rows stand in a padded batch. */
export interface Packing {
  readonly batch: number;
  readonly time: number;
  /** Row of each place, [B * T]; any row where a place is empty, for masks hide it. */
  readonly rowOfPlace: Tensor;
  /** Place of each row, [rows]. */
  readonly placeOfRow: Tensor;
}

/** Inputs of a program that packs: `Packing`'s two lists. */
export const packingInputs = (places: number, rows: number) => ({
  rowOfPlace: integers(places),
  placeOfRow: integers(rows),
});

/** Lists for `packingInputs`: `occupied` places in ascending order are rows 0, 1, ..; further rows repeat the first. */
export function packingFeeds(
  occupied: Int32Array,
  places: number,
  rows: number,
): { readonly rowOfPlace: Int32Array; readonly placeOfRow: Int32Array } {
  const rowOfPlace = new Int32Array(places);
  occupied.forEach((place, row) => {
    rowOfPlace[place] = row;
  });
  const placeOfRow = new Int32Array(rows).fill(occupied[0]!);
  placeOfRow.set(occupied);
  return { rowOfPlace, placeOfRow };
}

/** Parts that a batch's places are counted in, so that few programs serve batches of all fillings. */
const PARTS = 16;

/** Rows of a program that is to hold `occupied` of a batch's places. */
export function packedRows(occupied: number, places: number): number {
  const part = Math.ceil(places / PARTS);
  return Math.min(places, part * Math.ceil(occupied / part));
}

/** Packed rows [1, rows, w] -> [B, T, w]. */
export function unpack(x: Tensor, { batch, time, rowOfPlace }: Packing): Tensor {
  return reshape(gather(flat(x), rowOfPlace), [batch, time, x.shape.at(-1)!]);
}

/** [B, T, w] -> packed rows [1, rows, w]. */
export function pack(x: Tensor, { placeOfRow }: Packing): Tensor {
  return reshape(gather(flat(x), placeOfRow), [1, sizeOf(placeOfRow.shape), x.shape.at(-1)!]);
}

function flat(x: Tensor): Tensor {
  const width = x.shape.at(-1)!;
  return reshape(x, [sizeOf(x.shape) / width, width]);
}
