// Latent semantic analysis (Deerwester et al. 1990): TF-IDF rows projected on the leading right singular vectors, unit
// length. Fitted on item texts; user texts are folded into the same space, so words that only the phrasing of user
// texts contains have no say, and items and users can be compared by cosine.
import { InputError } from "../base/errors.ts";
import { type Matrix, matrix, normaliseRows, type SparseRows } from "../base/matrix.ts";
import { breathing } from "../base/stopping.ts";
import { LSA_DIMENSIONS } from "./defaults.ts";
import { randomisedSvd } from "./randomised-svd.ts";
import { learnVocabulary, tfIdf } from "./tf-idf.ts";
import { tokenise } from "./tokenise.ts";

export interface LsaOptions {
  /** Columns wanted; fewer come out when the texts have fewer independent directions. Default `LSA_DIMENSIONS`. */
  readonly dimensions?: number | undefined;
  /** Terms of fewer item texts are dropped. Default 2. */
  readonly minimumDocuments?: number | undefined;
  /** Count neighbouring word pairs as terms too. Default false. */
  readonly bigrams?: boolean | undefined;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((share: number) => void) | undefined;
}

export interface LsaEncoder {
  readonly dimensions: number;
  readonly terms: number;
  /** One unit row per text; zeros for a text without a known word. @throws CancelledError when stopped. */
  encode(texts: readonly string[]): Promise<Matrix>;
}

/**
 * Learn the space from `texts`.
 * @throws InputError when they share no words at all.
 */
export async function fitLsa(texts: readonly string[], options: LsaOptions): Promise<LsaEncoder> {
  const { dimensions = LSA_DIMENSIONS, minimumDocuments = 2, bigrams = false } = options;
  const tokens = await tokeniseAll(texts, bigrams, options.signal);
  const vocabulary = learnVocabulary(tokens, { minimumDocuments });
  if (vocabulary.columns.size === 0) {
    throw new InputError({
      where: "lsa encoder",
      found: `${texts.length} texts without a word that tells some of them from others`,
      expected: `words that at least ${minimumDocuments} and not all texts use`,
      todo: "Give the catalogue titles, categories or descriptions.",
    });
  }
  const { right } = await randomisedSvd(tfIdf(tokens, vocabulary), dimensions, options);
  return {
    dimensions: right.length,
    terms: vocabulary.columns.size,
    encode: async (more) => {
      const rows = tfIdf(await tokeniseAll(more, bigrams, options.signal), vocabulary);
      return normaliseRows(await timesBasis(rows, right, options.signal));
    },
  };
}

async function tokeniseAll(
  texts: readonly string[],
  bigrams: boolean,
  signal: AbortSignal | undefined,
): Promise<string[][]> {
  const breathe = breathing(signal, STOPPED);
  const tokens: string[][] = [];
  for (const text of texts) {
    tokens.push(tokenise(text, bigrams));
    await breathe();
  }
  return tokens;
}

const STOPPED = "stopped while encoding";

/** Sparse [n, terms] times the basis given by its columns: [n, dimensions]. */
async function timesBasis(
  { rows, columns, offsets, indices, values }: SparseRows,
  basis: readonly Float64Array[],
  signal: AbortSignal | undefined,
): Promise<Matrix> {
  const breathe = breathing(signal, STOPPED);
  const width = basis.length;
  const byTerm = new Float32Array(columns * width);
  for (const [d, vector] of basis.entries()) for (let c = 0; c < columns; c++) byTerm[c * width + d] = vector[c]!;
  const out = matrix(rows, width);
  for (let r = 0; r < rows; r++) {
    await breathe();
    for (let k = offsets[r]!; k < offsets[r + 1]!; k++) {
      const [weight, from] = [values[k]!, indices[k]! * width];
      for (let d = 0; d < width; d++) out.data[r * width + d]! += weight * byTerm[from + d]!;
    }
  }
  return out;
}
