// One way to see CSV, TSV, RecBole, JSON lines and Parquet files: a list of columns and an SQL table of texts.
import { open } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import { openDelimited } from "./delimited-table.ts";
import { openJson } from "./json-table.ts";
import { openParquet } from "./parquet-table.ts";
import type { OpenOptions, TableFormat, TableSource } from "./table-source.ts";
import { checkCompression, readHead } from "./text-lines.ts";

/** @throws InputError when the file is absent, empty, or not of the format asked for. */
export async function openTable(
  database: DuckDBConnection,
  file: string,
  { format, signal }: OpenOptions,
): Promise<TableSource> {
  const kind = await sniffKind(file, format);
  if (kind === "parquet") return openParquet(database, file, signal);
  await checkCompression(file);
  const [head] = await readHead(file, 1);
  if (head === undefined || head.trim() === "") {
    const found = head === undefined ? "an empty file" : "an empty first line";
    throw new InputError({ where: file, found, expected: "a table of interactions or items", todo: "Check the file." });
  }
  return kind === "json" ? openJson(database, file, signal) : openDelimited(database, file, format, head, signal);
}

async function sniffKind(file: string, format: TableFormat): Promise<TableSource["kind"]> {
  if (format === "jsonl") return "json";
  if (format === "parquet") return "parquet";
  if (format !== "auto" && format !== "amazon") return "delimited";
  const extension = /\.([a-z0-9]+)(\.gz)?$/i.exec(file)?.[1]?.toLowerCase() ?? "";
  if (["jsonl", "ndjson", "json"].includes(extension)) return "json";
  if (["parquet", "pq"].includes(extension)) return "parquet";
  if (["csv", "tsv", "inter", "item", "user"].includes(extension)) return "delimited";
  if (await startsWith(file, "PAR1")) return "parquet";
  const [head = ""] = await readHead(file, 1);
  return head.trimStart().startsWith("{") ? "json" : "delimited";
}

async function startsWith(file: string, magic: string): Promise<boolean> {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return false;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(magic.length), 0, magic.length, 0);
    return bytesRead === magic.length && buffer.toString("latin1") === magic;
  } finally {
    await handle.close();
  }
}
