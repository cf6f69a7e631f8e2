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
  readVectors,
  vectorsDigest,
  vectorsPath,
  writeEmbeddings,
} from "./artifact.ts";
export { forEachProductTile, multiplyTransposed } from "./blocked-matmul.ts";
export { LSA_DIMENSIONS, RECALL_SAMPLE, type Search } from "./defaults.ts";
export {
  type EncodeElsewhere,
  encodeBatches,
  encodeTexts,
  OtherWidthError,
  type SharedEncoding,
} from "./encoders/encode-texts.ts";
export type { PretrainedEncoder } from "./encoders/encoder.ts";
export { checkpointDirectory, OPENED_KINDS, openEncoder, parseEncoder } from "./encoders/open-encoder.ts";
export type { Pooling } from "./encoders/pooling.ts";
export { formerProgressPath, otherProgress, progressPath } from "./encoders/progress-path.ts";
export {
  directoryOf as similarUsersDirectory,
  type KeptSearch,
  KeptSimilarUsers,
  keptSearch,
  type SearchWanted,
  type SimilarUsersManifest,
  similarUsersManifestSchema,
  vectorsHash,
  writeSimilarUsers,
} from "./kept-similar-users.ts";
export { fitLsa } from "./lsa.ts";
export { askedAgain, differingOptions } from "./making.ts";
export { type Hubness, hubness, neighbourAgreement, randomNeighbours } from "./neighbour-quality.ts";
export { type Pca, type PcaOptions, pca } from "./pca.ts";
export { randomVectors } from "./random-vectors.ts";
export { type RowRange, SIMILAR_BLOCK, type SimilarUsers, similarRows, similarUsers } from "./similar-users.ts";
export type { TextSource } from "./text-source.ts";
export { wordRule } from "./tokenise.ts";
export { fitWhitening, type Whitening, whitened } from "./whiten.ts";
