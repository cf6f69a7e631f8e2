// Contents before they are put: their size and hash, and their bytes in pieces.
import { open, stat } from "node:fs/promises";
import { checksumOf } from "../base/checksums.ts";
import { OperationError } from "../base/errors.ts";
import { sha256 } from "../base/files.ts";
import { namingPlace } from "../base/system-errors.ts";
import type { Content, ObjectFacts } from "./store.ts";

/** @throws OperationError for a file that cannot be read. */
export async function contentFacts(content: Content): Promise<Pick<ObjectFacts, "bytes" | "sha256">> {
  if (content instanceof Uint8Array) return { bytes: content.length, sha256: sha256(content) };
  return namingPlace(content.file, () => checksumOf(content.file));
}

/** @throws OperationError when a file is not what it was when its hash was taken. */
export function changedFile(file: string): OperationError {
  return new OperationError(`${file} was changed while it was sent. Nothing was kept; run again when it is at rest.`);
}

/** Bytes `start` to `end` of a content. */
export async function pieceOf(content: Content, start: number, end: number): Promise<Uint8Array> {
  if (content instanceof Uint8Array) return content.subarray(start, end);
  return namingPlace(content.file, async () => {
    const file = await open(content.file, "r");
    try {
      const bytes = Buffer.alloc(end - start);
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
        if (bytesRead === 0) throw changedFile(content.file);
        filled += bytesRead;
      }
      return bytes;
    } finally {
      await file.close();
    }
  });
}

/** Size of a file; undefined where there is none. */
export function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}
