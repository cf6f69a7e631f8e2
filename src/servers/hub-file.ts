// One file of a hub model: fetched in one stream, gone on with where an earlier attempt broke off, and checked against
// the hub's own hash of it.
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { OperationError } from "../base/errors.ts";
import { exists } from "../base/files.ts";

export interface Remote {
  readonly size: number;
  /** The hub's hash of the content, in quotes: SHA-256 of large files, git's of small ones. */
  readonly etag: string;
  readonly blob: Blob;
}

export interface Fetching {
  readonly signal?: AbortSignal | undefined;
  /** Hears how many bytes are there, as they come. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Fetch into `target`; a begun file is beside it as `.partial`, and goes on if the hub's is still the same.
 * @throws OperationError for a content that is not what the hub says.
 */
export async function fetchInto(target: string, { size, etag, blob }: Remote, { signal, onBytes }: Fetching) {
  if (await exists(target)) return onBytes(size);
  await mkdir(dirname(target), { recursive: true });
  const [partial, mark] = [`${target}.partial`, `${target}.etag`];
  const isSame = (await readFile(mark, "utf8").catch(() => "")) === etag;
  const begun = isSame
    ? await stat(partial).then(
        (found) => found.size,
        () => 0,
      )
    : 0;
  const from = begun < size ? begun : 0;
  await writeFile(mark, etag);
  let bytes = from;
  const counted = new Transform({
    transform(chunk: Uint8Array, _, done) {
      bytes += chunk.length;
      onBytes(bytes);
      done(null, chunk);
    },
  });
  const rest = from === 0 ? blob : blob.slice(from, size);
  const stream = Readable.fromWeb(rest.stream() as ReadableStream);
  await pipeline(stream, counted, createWriteStream(partial, { flags: from === 0 ? "w" : "a" }), { signal });
  await check(target, partial, size, etag);
  await rm(mark);
  await rename(partial, target);
}

/** A damaged file is not gone on with. */
async function check(target: string, partial: string, size: number, etag: string): Promise<void> {
  const found = await stat(partial);
  const wanted = /^(?:W\/)?"?([0-9a-f]{40}|[0-9a-f]{64})"?$/.exec(etag)?.[1];
  if (found.size === size && (wanted === undefined || (await hashOf(partial, size, wanted.length)) === wanted)) return;
  await rm(partial);
  throw new OperationError(
    `${target}: ${found.size} bytes came that are not what the hub names (${size} bytes, ${etag}). Run the same command again.`,
  );
}

/** SHA-256, or what git names a blob. */
async function hashOf(path: string, size: number, digits: number): Promise<string> {
  const hash = digits === 64 ? createHash("sha256") : createHash("sha1").update(`blob ${size}\0`);
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}
