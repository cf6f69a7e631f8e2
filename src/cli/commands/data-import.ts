import { importDataSettings } from "../../pipeline/import/settings.ts";
import { defineCommand, exact } from "../command.ts";
import { datasetSummary } from "../dataset-summary.ts";
import { cardLines, columnLines } from "../understanding-card.ts";

export const dataImportCommand = defineCommand({
  path: ["data", "import"],
  summary: "read a shop's interactions and catalogue into a dataset",
  description:
    "Reads interactions and, where given, a catalogue; filters; numbers items without looking at held-out positions; draws the candidates of direct recommendation; and writes a dataset directory." +
    " Formats: p5 (a folder with sequential.txt), amazon (review files of 2014 and 2023), recbole (.inter/.item), csv, tsv, jsonl (JSON in any form), parquet, SQLite files; all texts plain, .gz or .zst; by DuckDB's extensions Excel workbooks, PostgreSQL and MySQL; from https:// and s3:// addresses, too; and public data sets as they are downloaded (--dir FOLDER), which are recognised by the names of their files: movielens, lastfm, retailrocket, diginetica, hm, instacart, mind, yelp, goodreads, steam, book-crossing, gowalla.\nOverwriting a dataset keeps the reasoning and embeddings inside it: answers that fit are used again, vectors of other data are refused.\nMany large text files: --workers N has them read by processes of this machine, --queue by every `isrf worker`, one file at a time; the dataset is the same byte for byte.",
  examples: [
    "isrf data import --dir ml-100k --out films",
    "isrf data import --dir beauty --out shop",
    "isrf data import --interactions orders.csv --items products.csv --user customer --item sku --timestamp day --out shop",
    "isrf data import --interactions 's3://shop/2024/*.jsonl.gz' --glob --out shop --queue redis://10.0.0.5:6379 --objects s3://shop/isrf",
  ],
  arguments: [],
  options: importDataSettings,
  async run({ options }, { report, signal }) {
    const { importData } = await import("../../pipeline/import/index.ts");
    const { dataset, understanding } = await importData(exact({ ...options, signal }), report);
    const { json, text } = datasetSummary(dataset);
    const count = understanding.warnings.length;
    const card = [
      ...columnLines(understanding.columns, false),
      ...cardLines(understanding),
      ...(count === 0 ? [] : [`warnings      ${count}, said above`]),
    ];
    return { json: { ...json, understood: understanding }, text: [...card, "", text].join("\n") };
  },
});
