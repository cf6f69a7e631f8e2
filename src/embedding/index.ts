export {
  type Embeddings,
  type EmbeddingsManifest,
  openEmbeddings,
  TEXT_SOURCES,
  type TextSource,
  writeEmbeddings,
} from "./artifact.ts";
export { fitLsa } from "./lsa.ts";
export { type Pca, pca } from "./pca.ts";
export { type SimilarUsers, similarUsers } from "./similar-users.ts";
