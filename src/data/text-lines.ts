// Lines of a text file, plain or gzip, as a stream: memory stays small whatever the file's size.
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { InputError } from "../base/errors.ts";
import { reasonOf } from "../base/system-errors.ts";

/**
 * Lines without their ends (LF or CRLF) and without a byte order mark; no line after a final line end.
 * A name that ends in `.gz` is decompressed.
 * @throws InputError when the file is absent, unreadable or its gzip data is broken or cut short.
 */
export async function* readLines(file: string): AsyncGenerator<string> {
  const source = createReadStream(file);
  const bytes = file.endsWith(".gz") ? source.pipe(createGunzip()) : source;
  source.on("error", (error) => bytes.destroy(error));
  bytes.setEncoding("utf8");
  let rest = "";
  let first = true;
  try {
    for await (const chunk of bytes as AsyncIterable<string>) {
      const lines = (rest + (first ? chunk.replace(/^\uFEFF/, "") : chunk)).split("\n");
      first = false;
      rest = lines.pop()!;
      for (const line of lines) yield line.endsWith("\r") ? line.slice(0, -1) : line;
    }
  } catch (cause) {
    throw unreadable(file, cause as NodeJS.ErrnoException);
  } finally {
    source.destroy();
  }
  if (rest !== "") yield rest;
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

/** The first `count` lines, fewer when the file is shorter. */
export async function readHead(file: string, count: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLines(file)) {
    lines.push(line);
    if (lines.length >= count) break;
  }
  return lines;
}
