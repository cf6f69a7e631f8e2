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

export async function readTexts(embeddings: Matrix, signal: AbortSignal | undefined): Promise<ReadTexts> {
  if (embeddings.columns <= MOST_COLUMNS) return { vectors: unitTexts(embeddings), reduction: undefined };
  const { matrix: reduced, mean, components } = await pca(embeddings, Math.min(MOST_COLUMNS, embeddings.rows), signal);
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
