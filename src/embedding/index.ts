export {
  type ApproximateOptions,
  type ApproximateSimilarUsers,
  approximateSimilarUsers,
} from "./approximate-similar-users.ts";
export {
  type Embeddings,
  type EmbeddingsManifest,
  embeddingsDirectory,
  embeddingsManifestPath,
  openEmbeddings,
  readEmbeddingsManifest,
  writeEmbeddings,
} from "./artifact.ts";
export { multiplyTransposed } from "./blocked-matmul.ts";
export { type EncodeElsewhere, encodeBatches, encodeTexts, type SharedEncoding } from "./encoders/encode-texts.ts";
export type { PretrainedEncoder } from "./encoders/encoder.ts";
export { checkpointDirectory, OPENED_KINDS, openEncoder, parseEncoder } from "./encoders/open-encoder.ts";
export type { Pooling } from "./encoders/pooling.ts";
export { fitLsa, LSA_DIMENSIONS } from "./lsa.ts";
export { type Hubness, hubness, neighbourAgreement } from "./neighbour-quality.ts";
export { type Pca, type PcaOptions, pca } from "./pca.ts";
export { randomVectors } from "./random-vectors.ts";
export { type SimilarUsers, similarUsers } from "./similar-users.ts";
export type { TextSource } from "./text-source.ts";
export { fitWhitening, type Whitening, whitened } from "./whiten.ts";
