// One way to see CSV, TSV, RecBole, JSON lines and Parquet files: a list of columns and an SQL table of texts. What a
// file is, its bytes tell; its name helps only where they leave it open.
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { openDelimited } from "./delimited/delimited-table.ts";
import { dialectFor, refuseUnheeded } from "./dialect-options.ts";
import { isElsewhere } from "./elsewhere/address.ts";
import { openElsewhere } from "./elsewhere/open-elsewhere.ts";
import { openSqlite } from "./elsewhere/sqlite.ts";
import { openWorkbook } from "./elsewhere/workbook.ts";
import { type FileBytes, fileBytes, readBytes } from "./file-bytes.ts";
import { isExcel, isParquet, isSqlite, MAGIC_BYTES, readMagic, refuseForeign } from "./file-kind.ts";
import { openJson } from "./json-table.ts";
import { openParquet } from "./parquet-table.ts";
import { copyPath, type OpenOptions, type TableFormat, type TableSource } from "./table-source.ts";
import { openText, readUtf8, type TextFile } from "./text-file.ts";

/**
 * @throws InputError when the file is absent, empty, or not of the format asked for; Doubt where its form is not clear;
 * UsageError where something was said of it that only other kinds of files have.
 */
export async function openTable(database: DuckDBConnection, path: string, options: OpenOptions): Promise<TableSource> {
  return isElsewhere(path) ? openElsewhere(database, path, options) : openFile(database, path, options);
}

async function openFile(database: DuckDBConnection, path: string, options: OpenOptions): Promise<TableSource> {
  const { format, signal, name = path, dialect = dialectFor("interactions") } = options;
  const bytes = await fileBytes(path, name);
  const magic = await readMagic(path);
  if (
    isParquet(magic) ||
    format === "parquet" ||
    (format === "auto" && magic !== "" && /\.(parquet|pq)$/i.test(name))
  ) {
    refuseUnheeded(name, "parquet", dialect);
    return openParquet(database, path, signal);
  }
  if (isSqlite(magic)) {
    refuseUnheeded(name, "database", dialect);
    return openSqlite(database, path, name, options);
  }
  if (isExcel(magic)) {
    refuseUnheeded(name, "workbook", dialect);
    return openWorkbook(database, path, name, options);
  }
  refuseForeign(name, await magicInside(bytes, magic));
  const flag = (encoding: string) => dialect.flag("encoding", encoding);
  const longLines = JSON_START.test(magic);
  const { encoding, legacyEncoding, spoken } = dialect;
  const text = await openText(bytes, { encoding, legacyEncoding, flag, spoken, longLines, signal });
  const isRecords = await isJson(text, format);
  refuseUnheeded(name, isRecords ? "json" : "text", dialect);
  if (isRecords) return openJson(database, await readableJson(text, options), options);
  return openDelimited(database, text, options, dialect);
}

/** The first bytes behind the compression, of what `magic` begins. */
async function magicInside(bytes: FileBytes, magic: string): Promise<string> {
  if (bytes.compression === "none") return magic;
  for await (const chunk of readBytes(bytes)) return chunk.toString("latin1", 0, MAGIC_BYTES);
  return "";
}

/** How a text begins that is JSON: an object or an array of them, and no cell of a table. */
const JSON_START = /^(\xef\xbb\xbf)?\s*(\{\s*(u?["'}]|$)|\[\s*[[{\]"]|\[\s*$)/;

async function isJson(text: TextFile, format: TableFormat): Promise<boolean> {
  if (format === "jsonl") return true;
  if (format !== "auto" && format !== "amazon") return false;
  for await (const chunk of readUtf8(text))
    return (isNamedJson(text.name) ? /^\s*[[{]/ : JSON_START).test(chunk.toString("utf8", 0, 4096));
  return false;
}

function isNamedJson(name: string): boolean {
  return /\.(jsonl|ndjson|json)(\.gz)?$/i.test(name);
}

/** A file that DuckDB can read: it goes by the name where data is compressed, and takes no mark of the byte order. */
async function readableJson(text: TextFile, options: OpenOptions): Promise<{ path: string; name: string }> {
  const { path, name, compression, isPlain } = text;
  const isNamed = (compression === "gzip") === path.endsWith(".gz") && compression !== "zstd";
  if (isPlain && isNamed && !(await hasMark(text))) return { path, name };
  const copy = await copyPath(options, "table.jsonl");
  await pipeline(Readable.from(readUtf8(text, options.signal)), createWriteStream(copy));
  return { path: copy, name };
}

async function hasMark(text: TextFile): Promise<boolean> {
  for await (const chunk of readBytes(text)) return chunk[0] === 0xef;
  return false;
}
