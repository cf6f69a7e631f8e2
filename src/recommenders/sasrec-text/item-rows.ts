// Rows of items that stand on their texts: W s_i + f_i, with s_i the text vector at unit length, W a trained map, and
// f_i a free part of each item. In training the free part of a random share of the items is left out in every step, so
// that W s_i alone is a row that the model can use: it is what an item has that was never seen, or that came later.
import { type Matrix, matrix, normaliseRows, row } from "../../base/matrix.ts";
import type { Random } from "../../base/random.ts";
import type { TrainingLists } from "../../data/index.ts";
import {
  add,
  type FeedsOf,
  fanIn,
  floats,
  matmul,
  mul,
  normal,
  reshape,
  type Tensor,
  type Trace,
  transpose,
} from "../../engine/index.ts";
import { hidingUnseen, seenItems } from "../id-models/unseen-items.ts";

/** Name of W in a trained model. */
const PROJECTION = "projection";

export interface ItemRowsOptions {
  readonly width: number;
  readonly freeDropout: number;
}

export const rowTensors = (nItems: number, textWidth: number, width: number) => ({
  /** W, in PyTorch's shape of a linear layer. */
  projection: { name: PROJECTION, shape: [width, textWidth], init: fanIn(textWidth) },
  free: { name: "free", shape: [nItems, width], rows: "items", init: normal(0.02) },
});

/** 1 where an item's free part counts in a step, else 0. */
const freeInputs = (nItems: number) => ({ hasFree: floats(nItems) });

export class ItemRows {
  readonly tensors: ReturnType<typeof rowTensors>;
  private readonly texts: Matrix;
  /** 1 for items of some training prefix. */
  private readonly seen: Float32Array;
  private readonly freeDropout: number;

  constructor(texts: Matrix, prefixes: TrainingLists, { width, freeDropout }: ItemRowsOptions) {
    this.texts = normaliseRows(texts);
    this.seen = seenItems(prefixes, texts.rows);
    this.freeDropout = freeDropout;
    this.tensors = rowTensors(texts.rows, texts.columns, width);
  }

  /** Rows of one training step. [nItems, d] */
  training(t: Trace): Tensor {
    return this.rows(t, t.inputs(freeInputs(this.texts.rows)).hasFree);
  }

  /** Rows to answer with: items that training never saw are what their texts make of them. [nItems, d] */
  answering(t: Trace): Tensor {
    return this.rows(t, t.constant("seen", this.seen, [this.texts.rows]));
  }

  /** Hides items that training never saw from its softmax, as a bias [nItems]; undefined where all were seen. */
  hidden(t: Trace): Tensor | undefined {
    return hidingUnseen(t, this.seen);
  }

  draw(random: Random): FeedsOf<ReturnType<typeof freeInputs>> {
    const { freeDropout } = this;
    if (freeDropout === 0) return { hasFree: this.seen };
    return { hasFree: this.seen.map((isSeen) => (random.uniform() < freeDropout ? 0 : isSeen)) };
  }

  private rows(t: Trace, hasFree: Tensor): Tensor {
    const { rows, columns, data } = this.texts;
    const { projection, free } = this.tensors;
    const fromTexts = matmul(t.constant("texts", data, [rows, columns]), transpose(t.parameter(projection)));
    return add(fromTexts, mul(t.parameter(free), reshape(hasFree, [rows, 1])));
  }
}

/**
 * Rows of items that a trained model has never heard of, from their text vectors alone [items, textWidth] ->
 * [items, d]. `parameters` are those of the model (`Vectors.parameters`).
 */
export function rowsFromTexts(parameters: Readonly<Record<string, Float32Array>>, texts: Matrix): Matrix {
  const projection = parameters[PROJECTION];
  if (projection === undefined || projection.length % texts.columns !== 0) {
    throw new RangeError(
      `internal: text vectors of width ${texts.columns} for a projection of ${projection?.length ?? 0} numbers`,
    );
  }
  const width = projection.length / texts.columns;
  const unit = normaliseRows(texts);
  const out = matrix(texts.rows, width);
  for (let item = 0; item < texts.rows; item++) {
    const text = row(unit, item);
    for (let d = 0; d < width; d++) {
      let sum = 0;
      for (let c = 0; c < text.length; c++) sum += text[c]! * projection[d * text.length + c]!;
      out.data[item * width + d] = sum;
    }
  }
  return out;
}
