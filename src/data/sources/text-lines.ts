// Lines of a text file, plain or gzip, as a stream: memory stays small whatever the file's size.
import { createReadStream, type ReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { InputError } from "../../base/errors.ts";
import { reasonOf } from "../../base/system-errors.ts";

/** The longest record of a text file. */
export const MAX_LINE_BYTES = 64 << 20;

/**
 * Lines without their ends (LF or CRLF) and without a byte order mark; no line after a final line end.
 * A name that ends in `.gz` is decompressed.
 * @throws InputError when the file is absent, unreadable, has a line without end, or its gzip data is broken or cut
 * short.
 */
export async function* readLines(file: string, signal?: AbortSignal): AsyncGenerator<string> {
  const source = createReadStream(file, { signal });
  const bytes = file.endsWith(".gz") ? source.pipe(createGunzip()) : source;
  source.on("error", (error) => bytes.destroy(error));
  bytes.setEncoding("utf8");
  // Parts of a line that has not ended.
  let begun: string[] = [];
  let length = 0;
  let total = 0;
  let number = 1;
  try {
    for await (const chunk of bytes as AsyncIterable<string>) {
      total += chunk.length;
      if (bytes !== source && expands(total, source)) throw expanding(file);
      const [end, ...lines] = chunk.split("\n");
      begun.push(end!);
      length += end!.length;
      if (length > MAX_LINE_BYTES) throw endless(file, number);
      if (lines.length === 0) continue;
      const rest = lines.pop()!;
      for (const line of [begun.join(""), ...lines]) yield withoutEnds(line, number++);
      begun = [rest];
      length = rest.length;
    }
  } catch (cause) {
    throw unreadable(file, cause as NodeJS.ErrnoException);
  } finally {
    source.destroy();
  }
  const last = begun.join("");
  if (last !== "") yield withoutMark(last, number);
}

function withoutEnds(line: string, number: number): string {
  return withoutMark(line.endsWith("\r") ? line.slice(0, -1) : line, number);
}

function withoutMark(line: string, number: number): string {
  return number === 1 && line.startsWith("\uFEFF") ? line.slice(1) : line;
}

function endless(where: string, line: number): InputError {
  const found = `more than ${MAX_LINE_BYTES >> 20} MiB without an end of line`;
  return new InputError({ where, line, found, expected: "one record a line", todo: "Check the format of the file." });
}

function unreadable(file: string, cause: NodeJS.ErrnoException): Error {
  const gzip = cause.code?.startsWith("Z_") === true;
  if (!gzip && cause.syscall === undefined) return cause;
  return new InputError(
    gzip
      ? {
          where: file,
          found: `broken gzip data (${cause.message})`,
          expected: "a complete gzip file",
          todo: "Fetch or compress the file again.",
        }
      : {
          where: file,
          found: `no readable file (${reasonOf(cause)})`,
          expected: "a text file",
          todo: "Check the path.",
        },
    { cause },
  );
}

/** Text shrinks to a third, repetitive logs to a fiftieth: what grows more than this is made to fill memory. */
const MAX_EXPANSION = 100;
/** Small files may be as repetitive as they like. */
const HARMLESS_BYTES = 256 << 20;
/** So much of a file is looked at. */
const SAMPLE_BYTES = 8 << 20;

/**
 * Look at the beginning of a gzip file that DuckDB is about to read. @throws InputError when it grows as no real data
 * does.
 */
export async function checkCompression(file: string): Promise<void> {
  if (!file.endsWith(".gz")) return;
  const source = createReadStream(file, { end: SAMPLE_BYTES - 1 });
  const bytes = source.pipe(createGunzip());
  source.on("error", (error) => bytes.destroy(error));
  let total = 0;
  try {
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      total += chunk.length;
      if (expands(total, source)) throw expanding(file);
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    // The sample's cut end, or what the reading itself reports with its place.
  } finally {
    source.destroy();
  }
}

function expands(total: number, source: ReadStream): boolean {
  return total > HARMLESS_BYTES && total > MAX_EXPANSION * source.bytesRead;
}

function expanding(where: string): InputError {
  const found = `compressed data that grows more than ${MAX_EXPANSION} times, beyond ${HARMLESS_BYTES >> 20} MiB`;
  const todo = "If it is what it should be, decompress it first (`gunzip`).";
  return new InputError({ where, found, expected: "the data of a shop", todo });
}

/** The first `count` lines, fewer when the file is shorter. */
export async function readHead(file: string, count: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLines(file)) {
    lines.push(line);
    if (lines.length >= count) break;
  }
  return lines;
}
