export { type ExportedVectors, type ExportOptions, exportVectors } from "./export-vectors.ts";
