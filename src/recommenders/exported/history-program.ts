// The dense part of an answer as one program: what follows a history, by the sequence model, by interests and by texts.
// Shapes are fixed, so a history is fed as so many slots, with weights of 0 where it has no item.
import type { Matrix } from "../../base/matrix.ts";
import {
  add,
  div,
  exp,
  floats,
  gather,
  integers,
  log,
  matmul,
  max,
  mul,
  type Program,
  reshape,
  slice,
  sqrt,
  sub,
  sum,
  type Tensor,
  type Trace,
  trace,
  transpose,
} from "../../engine/index.ts";
import { batchQuery } from "../id-models/queries.ts";
import type { SavedSequence } from "../isrf/sequence-part.ts";
import { sasrecText } from "../sasrec-text/sasrec-text.ts";
import { NEWEST } from "../witnesses/nearest-text.ts";
import type { HistoryModel } from "./history-model.ts";

/** Items of a history that interests and texts read: an older one weighs less than 1e-9 in the mean of texts. */
export const SLOTS = 64;

/** A text of no length stays zeros. */
const LEAST_LENGTH = 1e-12;

export interface HistoryProgram {
  readonly program: Program;
  /** Data of the inputs that are not fed, by name. */
  readonly values: Readonly<Record<string, Float32Array | Int32Array>>;
  /** Items that the sequence model reads. */
  readonly sequenceSlots: number;
}

/** Outputs, as far as the model has them: sequence, individual, text [nItems]; nearest [NEWEST, nItems]. */
export function historyProgram({ sequence, individual, texts }: HistoryModel): HistoryProgram {
  const sequenceSlots = sequence === undefined ? 0 : (sasrecText.query!.lengths(sequence.model.options).at(-1) ?? 0);
  const program = trace((t) => {
    const outputs: Record<string, Tensor> = {};
    if (sequence !== undefined) outputs.sequence = logShares(t, sequence, sequenceSlots);
    if (individual !== undefined) outputs.individual = interests(t, individual.items);
    if (texts !== undefined) {
      const table = t.input("texts", [texts.vectors.rows, texts.vectors.columns]);
      outputs.text = likeHistory(t, table, texts.map.rank);
      outputs.nearest = likeNewest(t, table);
    }
    return outputs;
  });
  return { program, sequenceSlots, values: valuesOf({ sequence, individual, texts }) };
}

function valuesOf({ sequence, individual, texts }: Pick<HistoryModel, "sequence" | "individual" | "texts">) {
  const values: Record<string, Float32Array> = {};
  if (sequence !== undefined) {
    const { vectors } = sequence.model;
    Object.assign(values, vectors.parameters, { scored: vectors.items });
  }
  if (individual !== undefined) values.interests = individual.items.data;
  if (texts !== undefined) {
    const { vectors, map } = texts;
    Object.assign(values, { texts: vectors.data, "texts.down": map.down, "texts.up": map.up });
  }
  return values;
}

/** Log-probabilities among the items of training. */
function logShares(t: Trace, { model, trained }: SavedSequence, length: number): Tensor {
  const { options, nUsers, nItems, facts, vectors } = model;
  const scored = t.input("scored", [nItems, vectors.width]);
  const context = { options, nUsers, nItems, facts, isTraining: false };
  const query = batchQuery(t, sasrecText.query!, context, { rows: 1, groups: [{ rows: 1, length }] }, scored);
  const scores = reshape(matmul(query, transpose(scored)), [nItems]);
  const known = slice(scores, 0, 0, trained);
  const most = max(known);
  return sub(sub(scores, most), log(sum(exp(sub(known, most)))));
}

/** Rows of a table for the slots, each times its weight, added up: [1, d]. */
function weighted(t: Trace, table: Tensor, weights: string): Tensor {
  const { slots } = t.inputs({ slots: integers(SLOTS) });
  return matmul(reshape(t.inputs({ [weights]: floats(SLOTS) })[weights]!, [1, SLOTS]), gather(table, slots));
}

/** Products of the weighted rows with all rows. */
function interests(t: Trace, { rows, columns }: Matrix): Tensor {
  const table = t.input("interests", [rows, columns]);
  return reshape(matmul(weighted(t, table, "interestWeights"), transpose(table)), [rows]);
}

/** Cosines of the mapped mean of the history's texts with all texts. */
function likeHistory(t: Trace, texts: Tensor, rank: number): Tensor {
  const [rows, columns] = texts.shape as [number, number];
  const mean = toUnit(weighted(t, texts, "textWeights"));
  const { down, up } = { down: t.input("texts.down", [columns, rank]), up: t.input("texts.up", [rank, columns]) };
  const mapped = toUnit(add(mean, matmul(matmul(mean, down), up)));
  return reshape(matmul(mapped, transpose(texts)), [rows]);
}

/** Cosines of the texts of the newest slots, which are the first, with all texts. */
function likeNewest(t: Trace, texts: Tensor): Tensor {
  const { slots } = t.inputs({ slots: integers(SLOTS) });
  return matmul(gather(texts, slice(slots, 0, 0, NEWEST)), transpose(texts));
}

function toUnit(x: Tensor): Tensor {
  const length = sqrt(sum(mul(x, x), [1], true));
  return div(x, add(length, LEAST_LENGTH));
}
