import { PUBLIC_FORMAT_NAMES } from "./formats/names.ts";

/** What `importDataset` reads; apart from it so that help need not load the readers. */
export const IMPORT_FORMATS = [
  "auto",
  "p5",
  "amazon",
  "recbole",
  "csv",
  "tsv",
  "jsonl",
  "parquet",
  ...PUBLIC_FORMAT_NAMES,
] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];
