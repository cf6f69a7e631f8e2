// The module that `isrf export-web` writes: Vite bundles it from its source, whose types are of Node.
declare module "isrf-recommend" {
  export const openRecommender: import("../../../../src/browser/api.ts").OpenRecommender;
}
