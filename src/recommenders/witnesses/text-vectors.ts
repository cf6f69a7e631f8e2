// Text vectors as witnesses read them: rows of unit length, wide ones reduced to their principal components.
import { dot, type Matrix, matrix, row } from "../../base/matrix.ts";
import { pca } from "../../embedding/index.ts";
import { unitTexts } from "./text-match.ts";

/** Columns that witnesses read at most. */
const MOST_COLUMNS = 512;

/** The axes that wide vectors were put on. */
export interface TextReduction {
  readonly mean: Float32Array;
  readonly components: Matrix;
}

export interface ReadTexts {
  readonly vectors: Matrix;
  readonly reduction: TextReduction | undefined;
}

export interface ReadOptions {
  /** CPU threads; default: one per core. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export async function readTexts(embeddings: Matrix, { threads, signal }: ReadOptions = {}): Promise<ReadTexts> {
  if (embeddings.columns <= MOST_COLUMNS) return { vectors: unitTexts(embeddings), reduction: undefined };
  const columns = Math.min(MOST_COLUMNS, embeddings.rows);
  const { matrix: reduced, mean, components } = await pca(embeddings, columns, signal, { threads });
  return { vectors: unitTexts(reduced), reduction: { mean, components } };
}

/** Further rows of the same embeddings, as `readTexts` reads them. */
export function furtherTexts(embeddings: Matrix, reduction: TextReduction | undefined): Matrix {
  if (reduction === undefined) return unitTexts(embeddings);
  const { mean, components } = reduction;
  const reduced = matrix(embeddings.rows, components.rows);
  for (let r = 0; r < embeddings.rows; r++) {
    const centred = row(embeddings, r).map((value, c) => value - mean[c]!);
    for (let j = 0; j < components.rows; j++) reduced.data[r * components.rows + j] = dot(centred, row(components, j));
  }
  return unitTexts(reduced);
}
