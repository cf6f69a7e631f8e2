// Latent semantic analysis (Deerwester et al. 1990): TF-IDF rows projected on the leading right singular vectors, unit
// length. Fitted on item texts; user texts are folded into the same space, so words that only the phrasing of user
// texts contains have no say, and items and users can be compared by cosine.
import { InputError } from "../base/errors.ts";
import { type Matrix, matrix, normaliseRows, type SparseRows } from "../base/matrix.ts";
import { breathing } from "../base/stopping.ts";
import { LSA_DIMENSIONS } from "./defaults.ts";
import { randomisedSvd } from "./randomised-svd.ts";
import { learnVocabulary, MOST_TERMS, tfIdf, type Vocabulary } from "./tf-idf.ts";
import { tokenise } from "./tokenise.ts";

export interface LsaOptions {
  /** Columns wanted; fewer come out when the texts have fewer independent directions. Default `LSA_DIMENSIONS`. */
  readonly dimensions?: number | undefined;
  /** Terms of fewer item texts are dropped. Default 2. */
  readonly minimumDocuments?: number | undefined;
  /** Count neighbouring word pairs as terms too. Default false. */
  readonly bigrams?: boolean | undefined;
  readonly seed: number;
  /** CPU threads; default: one per core. */
  readonly threads?: number | undefined;
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
 * @throws InputError when they share no words at all, or have more terms than can be counted.
 */
export async function fitLsa(texts: readonly string[], options: LsaOptions): Promise<LsaEncoder> {
  const { dimensions = LSA_DIMENSIONS, minimumDocuments = 2, bigrams = false } = options;
  const tokens = await tokeniseAll(texts, bigrams, options.signal);
  const vocabulary = learnVocabulary(tokens, { minimumDocuments });
  if (vocabulary === undefined) throw tooManyTerms(texts.length, bigrams);
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
    encode: (more) => encodeTexts(more, { vocabulary, right, bigrams, signal: options.signal }),
  };
}

function tooManyTerms(texts: number, bigrams: boolean): InputError {
  return new InputError({
    where: "lsa encoder",
    found: `more than ${MOST_TERMS} different ${bigrams ? "words and pairs of words" : "words"} in ${texts} texts`,
    expected: "so many at most",
    todo: bigrams
      ? "Leave --bigrams out."
      : "Embed shorter texts (--item-text), or take another encoder (docs/encoders.md).",
  });
}

interface Fitted {
  readonly vocabulary: Vocabulary;
  /** Columns of the basis, each of all terms. */
  readonly right: readonly Float64Array[];
  readonly bigrams: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Texts whose words and weights are held at once: those of a whole side may be more than there is memory. */
const BLOCK_TEXTS = 4096;

async function encodeTexts(texts: readonly string[], { vocabulary, right, bigrams, signal }: Fitted): Promise<Matrix> {
  const out = matrix(texts.length, right.length);
  const basis = rowMajor(right);
  for (let from = 0; from < texts.length; from += BLOCK_TEXTS) {
    const block = texts.slice(from, from + BLOCK_TEXTS);
    const rows = tfIdf(await tokeniseAll(block, bigrams, signal), vocabulary);
    await timesBasis(rows, basis, out.data.subarray(from * out.columns), signal);
  }
  return normaliseRows(out);
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

/** [terms, dimensions] of the basis given by its columns. */
function rowMajor(basis: readonly Float64Array[]): Matrix {
  const out = matrix(basis[0]?.length ?? 0, basis.length);
  for (const [d, vector] of basis.entries())
    for (let c = 0; c < out.rows; c++) out.data[c * out.columns + d] = vector[c]!;
  return out;
}

/** Adds sparse [n, terms] times `basis` [terms, dimensions] to the first n rows of `out`. */
async function timesBasis(
  { rows, offsets, indices, values }: SparseRows,
  { columns: width, data: byTerm }: Matrix,
  out: Float32Array,
  signal: AbortSignal | undefined,
): Promise<void> {
  const breathe = breathing(signal, STOPPED);
  for (let r = 0; r < rows; r++) {
    await breathe();
    for (let k = offsets[r]!; k < offsets[r + 1]!; k++) {
      const [weight, from] = [values[k]!, indices[k]! * width];
      for (let d = 0; d < width; d++) out[r * width + d]! += weight * byTerm[from + d]!;
    }
  }
}
