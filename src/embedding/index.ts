export {
  type Embeddings,
  type EmbeddingsManifest,
  embeddingsDirectory,
  openEmbeddings,
  writeEmbeddings,
} from "./artifact.ts";
export { fitLsa } from "./lsa.ts";
export { type Pca, pca } from "./pca.ts";
export { type SimilarUsers, similarUsers } from "./similar-users.ts";
export type { TextSource } from "./text-source.ts";
