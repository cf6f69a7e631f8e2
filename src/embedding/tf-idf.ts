// TF-IDF rows: (1 + ln tf) * ln((1 + n) / (1 + df)), unit length. A word of every text weighs nothing, so the fixed
// phrases of rule-based sentences do not make texts alike. (Salton and Buckley 1988; sublinear tf: Manning et al. 2008,
// 6.4.1.)
import type { SparseRows } from "../base/matrix.ts";

export interface Vocabulary {
  /** Column of each kept term. */
  readonly columns: ReadonlyMap<string, number>;
  readonly idf: Float64Array;
}

/** Entries that a Map of V8 can have. */
export const MOST_TERMS = 2 ** 24;

export interface VocabularyOptions {
  /** Rarer terms are dropped. */
  readonly minimumDocuments: number;
  /** Different terms, rare ones included; default `MOST_TERMS`. */
  readonly mostTerms?: number | undefined;
}

/** Terms in order of first appearance, those of all texts left out. Undefined where there are too many to count. */
export function learnVocabulary(
  texts: readonly (readonly string[])[],
  { minimumDocuments, mostTerms = MOST_TERMS }: VocabularyOptions,
): Vocabulary | undefined {
  const documents = new Map<string, number>();
  for (const terms of texts) {
    for (const term of new Set(terms)) {
      const count = documents.get(term);
      if (count === undefined && documents.size >= mostTerms) return undefined;
      documents.set(term, (count ?? 0) + 1);
    }
  }
  const kept = [...documents].filter(([, count]) => count >= minimumDocuments && count < texts.length);
  return {
    columns: new Map(kept.map(([term], column) => [term, column])),
    idf: Float64Array.from(kept, ([, count]) => Math.log((1 + texts.length) / (1 + count))),
  };
}

/** One unit row per text; a text without known terms is an empty row. */
export function tfIdf(texts: readonly (readonly string[])[], { columns, idf }: Vocabulary): SparseRows {
  const offsets = new Int32Array(texts.length + 1);
  const indices: number[] = [];
  const values: number[] = [];
  for (const [r, terms] of texts.entries()) {
    const weighted = [...countTerms(terms, columns)].map(
      ([column, count]) => [column, (1 + Math.log(count)) * idf[column]!] as const,
    );
    weighted.sort((a, b) => a[0] - b[0]);
    const length = Math.sqrt(weighted.reduce((sum, [, weight]) => sum + weight * weight, 0));
    for (const [column, weight] of weighted) {
      indices.push(column);
      values.push(weight / length);
    }
    offsets[r + 1] = indices.length;
  }
  return {
    rows: texts.length,
    columns: columns.size,
    offsets,
    indices: Int32Array.from(indices),
    values: Float32Array.from(values),
  };
}

function countTerms(terms: readonly string[], columns: ReadonlyMap<string, number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const term of terms) {
    const column = columns.get(term);
    if (column !== undefined) counts.set(column, (counts.get(column) ?? 0) + 1);
  }
  return counts;
}
