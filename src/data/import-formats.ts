/** What `importDataset` reads; apart from it so that help need not load the readers. */
export const IMPORT_FORMATS = ["auto", "p5", "amazon", "recbole", "csv", "tsv", "jsonl", "parquet"] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];
