// The bytes of a file, decompressed where it is compressed, as a stream: memory stays small whatever the file's size.
// The end of compressed data is checked: what was cut short is refused, not read in part.
import { createReadStream, type ReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import zlib from "node:zlib";
import { InputError } from "../../base/errors.ts";
import { reasonOf } from "../../base/system-errors.ts";
import { type Compression, compressionOf, readMagic } from "./file-kind.ts";

export interface FileBytes {
  /** What messages call it: the file as the user wrote it. */
  readonly name: string;
  /** Where it lies. */
  readonly path: string;
  readonly compression: Compression;
}

const CHUNK_BYTES = 1 << 20;

/** @throws InputError when the file is absent or unreadable. */
export async function fileBytes(path: string, name = path): Promise<FileBytes> {
  const magic = await readMagic(path).catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(name, cause);
  });
  return { name, path, compression: compressionOf(magic) };
}

/**
 * Returns whether zeros follow the compressed data, as tapes and block devices leave them: harmless, but not for every
 * reader.
 * @throws InputError when the file is unreadable, or its compressed data is broken, cut short or followed by others.
 */
export async function* readBytes(file: FileBytes, signal?: AbortSignal): AsyncGenerator<Buffer, boolean> {
  const source = createReadStream(file.path, { signal, highWaterMark: CHUNK_BYTES });
  const decompress = decompressorOf(file);
  const bytes = decompress === undefined ? source : source.pipe(decompress);
  source.on("error", (error) => bytes.destroy(error));
  let total = 0;
  try {
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      total += chunk.length;
      if (decompress !== undefined && expands(total, source)) throw expanding(file.name);
      yield chunk;
    }
    return file.compression === "gzip" && (await hasPadding(file, decompress!.bytesWritten));
  } catch (cause) {
    throw unreadable(file.name, cause as NodeJS.ErrnoException);
  } finally {
    source.destroy();
  }
}

type Decompressor = NodeJS.ReadWriteStream & { readonly bytesWritten: number; destroy(error?: Error): unknown };

function decompressorOf({ name, compression }: FileBytes): Decompressor | undefined {
  if (compression === "none") return undefined;
  if (compression === "gzip") return zlib.createGunzip({ chunkSize: CHUNK_BYTES });
  // From Node 22.15 on.
  const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Decompressor };
  if (createZstdDecompress !== undefined) return createZstdDecompress();
  const expected = "a plain or gzip file, as this version of Node does not read zstd";
  throw new InputError({
    where: name,
    found: "data compressed by zstd",
    expected,
    todo: "Unpack it first (`unzstd`).",
  });
}

/** Node stops without a word at a zero after the data, whatever follows it. */
async function hasPadding({ path, name }: FileBytes, read: number): Promise<boolean> {
  if (read >= (await stat(path)).size) return false;
  for await (const rest of createReadStream(path, { start: read }) as AsyncIterable<Buffer>) {
    if (rest.every((byte) => byte === 0)) continue;
    const found = "other bytes after the end of the gzip data";
    throw new InputError({ where: name, found, expected: "a whole gzip file", todo: AGAIN });
  }
  return true;
}

const AGAIN = "Fetch or compress the file again.";

function unreadable(where: string, cause: NodeJS.ErrnoException): Error {
  if (cause.code?.startsWith("Z_") === true || cause.code?.startsWith("ZSTD") === true) {
    const isCut = cause.code === "Z_BUF_ERROR";
    const kind = cause.code.startsWith("Z_") ? "gzip" : "zstd";
    const todo = `${isCut ? "It was cut short. " : ""}${AGAIN}`;
    const found = `broken ${kind} data (${cause.message})`;
    return new InputError({ where, found, expected: `a complete ${kind} file`, todo }, { cause });
  }
  if (cause.syscall === undefined) return cause;
  const found = `no readable file (${reasonOf(cause)})`;
  return new InputError({ where, found, expected: "a text file", todo: "Check the path." }, { cause });
}

/** Text shrinks to a third, repetitive logs to a fiftieth: what grows more than this is made to fill memory. */
const MAX_EXPANSION = 100;
/** Small files may be as repetitive as they like. */
const HARMLESS_BYTES = 256 << 20;

function expands(total: number, source: ReadStream): boolean {
  return total > HARMLESS_BYTES && total > MAX_EXPANSION * source.bytesRead;
}

function expanding(where: string): InputError {
  const found = `compressed data that grows more than ${MAX_EXPANSION} times, beyond ${HARMLESS_BYTES >> 20} MiB`;
  const todo = "If it is what it should be, decompress it first (`gunzip`).";
  return new InputError({ where, found, expected: "the data of a shop", todo });
}
