// What a file is, by its first bytes: names lie, and so do extensions.
import { open } from "node:fs/promises";
import { InputError } from "../../base/errors.ts";

export type Compression = "none" | "gzip" | "zstd";

export const MAGIC_BYTES = 512;

/** What no reader here takes, by its first bytes (latin-1): what it is, and what to do about it. */
const FOREIGN: readonly (readonly [magic: string | RegExp, what: string, todo: string])[] = [
  ["PK\x03\x04", "a zip archive", "Unpack it (`unzip`) and name the table inside."],
  ["PK\x05\x06", "an empty zip archive", "Export the table again."],
  ["\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)", "Open it and save the sheet as CSV (UTF-8)."],
  ["BZh", "a file compressed by bzip2", "Unpack it first (`bunzip2`)."],
  ["\xfd7zXZ\0", "a file compressed by xz", "Unpack it first (`unxz`)."],
  ["7z\xbc\xaf", "a 7-Zip archive", "Unpack it and name the table inside."],
  ["Rar!", "a RAR archive", "Unpack it and name the table inside."],
  [/^.{257}ustar/s, "a tar archive", "Unpack it (`tar xf`) and name the table inside."],
  ["%PDF", "a PDF document", "Export the table as CSV."],
  ["\x89PNG", "an image", "Name the file of the table."],
  ["\xff\xd8\xff", "an image", "Name the file of the table."],
  ["GIF8", "an image", "Name the file of the table."],
  ["ARROW1", "an Arrow or Feather file", "Write it as Parquet (`to_parquet`) or CSV."],
  ["ORC\x08", "an ORC file", "Write it as Parquet or CSV."],
  ["Obj\x01", "an Avro file", "Write it as Parquet or CSV."],
  ["\x89HDF", "an HDF5 file", "Write it as Parquet (`to_parquet`) or CSV."],
  ["\x93NUMPY", "a NumPy file", "Write it as Parquet or CSV."],
  ["\x80\x04\x95", "a Python pickle", "Write it as Parquet (`to_parquet`) or CSV (`to_csv`)."],
  ["SQLite format 3\0", "an SQLite database", "Name it as sqlite:FILE, or export the table as CSV."],
  ["version https://git-lfs", "a Git LFS pointer, not the file itself", "Fetch it with `git lfs pull`."],
  [
    /^(\xef\xbb\xbf)?\s*<(!doctype html|html|head|body)[\s>]/i,
    "a web page",
    "Was the download refused? Fetch it again.",
  ],
  [/^(\xef\xbb\xbf)?\s*<\?xml/i, "an XML file", "Export the table as CSV, JSON lines or Parquet."],
];

const WORKBOOK = /\[Content_Types\]\.xml|xl\/|_rels\/\.rels/;
const OPEN_DOCUMENT = /mimetypeapplication\/vnd\.oasis\.opendocument\.spreadsheet/;

/** The first bytes as latin-1 text; empty for an empty file. */
export async function readMagic(path: string): Promise<string> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAGIC_BYTES), 0, MAGIC_BYTES, 0);
    return buffer.toString("latin1", 0, bytesRead);
  } finally {
    await handle.close();
  }
}

export function compressionOf(magic: string): Compression {
  if (magic.startsWith("\x1f\x8b")) return "gzip";
  return magic.startsWith("\x28\xb5\x2f\xfd") ? "zstd" : "none";
}

export function isParquet(magic: string): boolean {
  return magic.startsWith("PAR1");
}

/** An Excel workbook or a spreadsheet of LibreOffice. */
export function isWorkbook(magic: string): boolean {
  return magic.startsWith("PK\x03\x04") && (WORKBOOK.test(magic) || OPEN_DOCUMENT.test(magic));
}

/** A workbook that DuckDB's extension may read. */
export function isExcel(magic: string): boolean {
  return isWorkbook(magic) && !OPEN_DOCUMENT.test(magic);
}

export function isSqlite(magic: string): boolean {
  return magic.startsWith("SQLite format 3\0");
}

/** What Python's pickle writes since protocol 2, which is a program. */
export function isPickle(magic: string): boolean {
  return magic.charCodeAt(0) === 0x80 && magic.charCodeAt(1) >= 2 && magic.charCodeAt(1) <= 5;
}

/** @throws InputError that says what the file is, for what is no text. */
export function refuseForeign(where: string, magic: string): void {
  const expected = "a table: CSV, TSV, JSON lines or Parquet";
  if (isWorkbook(magic)) {
    const found = "a spreadsheet (Excel workbook)";
    throw new InputError({ where, found, expected, todo: "Open it and save the sheet as CSV (UTF-8)." });
  }
  const foreign = FOREIGN.find(([start]) => (typeof start === "string" ? magic.startsWith(start) : start.test(magic)));
  if (foreign === undefined) return;
  throw new InputError({ where, found: foreign[1], expected, todo: foreign[2] });
}
