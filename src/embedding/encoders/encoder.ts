// The contract of encoders that are not fitted to the data: transformers run here, and servers asked over HTTP.
// (`lsa` is fitted to the catalogue and stands apart.)
import type { Matrix } from "../../base/matrix.ts";

export interface PretrainedEncoder {
  /** Names the encoder in manifests. */
  readonly kind: string;
  /**
   * Everything that decides the vectors: model, pooling, lengths, hashes. Written to the manifest, and partial results
   * are continued only by an encoder with the same ones. Never a key.
   */
  readonly options: Readonly<Record<string, unknown>>;
  /** Batches that may be in flight at once. */
  readonly concurrency: number;
  /**
   * Cut the work into batches. The same texts give the same batches, so that an interrupted encoding goes on to the
   * same bits.
   * @param total Texts of the whole work, where `texts` are those of some of its batches, one batch after the other:
   *   these batches, and no others, come out then, with the same bits. Default: `texts` are all.
   */
  prepare(texts: readonly string[], signal?: AbortSignal, total?: number): Promise<EncodingPlan>;
  /** Frees what `prepare` and `encode` hold. */
  dispose(): Promise<void>;
}

export interface EncodingPlan {
  /** Text numbers of each batch; every text is in exactly one. */
  readonly batches: readonly (readonly number[])[];
  /** Unit vectors of one batch, row by row as in `batches[batch]`. */
  encode(batch: number, signal?: AbortSignal): Promise<Matrix>;
}
