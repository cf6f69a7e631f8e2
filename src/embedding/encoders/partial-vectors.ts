// Finished batches on disk while an encoding runs, so that nothing is computed or paid for twice. One file, appended
// to: 32 bytes of fingerprint, then records of batch number, rows, columns, checksum of all of it (32 bits each) and
// the vectors.
// A kill in the middle of a record leaves a tail whose checksum is wrong; it is cut off on opening.
import { createHash } from "node:crypto";
import { type FileHandle, mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { exists } from "../../base/files.ts";
import { type Matrix, matrix } from "../../base/matrix.ts";

const FINGERPRINT_BYTES = 32;
const HEADER_BYTES = 16;
/** A corrupt header must not make us allocate gigabytes. */
const RECORD_LIMIT_BYTES = 2 ** 30;

export class PartialVectors {
  private readonly file: FileHandle;
  /** Of the last record. The system takes a large one piece by piece, so two at once would be mixed. */
  private written: Promise<void> = Promise.resolve();

  /** Bytes of other work that lay there and were dropped. */
  readonly dropped: number;

  private constructor(file: FileHandle, dropped: number) {
    this.file = file;
    this.dropped = dropped;
  }

  /**
   * Move a file that lay at another place to `path`, where nothing lies there and it holds this work.
   * @param fingerprints of this work, as versions may have written it; the first is what `open` is called with.
   */
  static async takeOver(former: string, path: string, fingerprints: readonly string[]): Promise<void> {
    if (!(await exists(former)) || (await exists(path))) return;
    const file = await open(former, "r+");
    try {
      const found = await readAt(file, 0, FINGERPRINT_BYTES);
      if (found === undefined || !fingerprints.includes(found.toString("hex"))) return;
      await file.write(Buffer.from(fingerprints[0]!, "hex"), 0, FINGERPRINT_BYTES, 0);
    } finally {
      await file.close();
    }
    await rename(former, path);
  }

  /**
   * Open or start the file. `visit` sees every finished batch that is there.
   * @param fingerprint SHA-256 (hex) of all that decides the vectors; a file with another one is begun anew.
   */
  static async open(
    path: string,
    fingerprint: string,
    visit: (batch: number, vectors: Matrix) => void,
  ): Promise<PartialVectors> {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, "a+");
    try {
      const expected = Buffer.from(fingerprint, "hex");
      const found = await readAt(file, 0, FINGERPRINT_BYTES);
      if (found?.equals(expected)) {
        await file.truncate(await readRecords(file, visit));
        return new PartialVectors(file, 0);
      }
      const { size } = await file.stat();
      await file.truncate(0);
      await file.appendFile(expected);
      return new PartialVectors(file, Math.max(0, size - FINGERPRINT_BYTES));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /**
   * Keep one finished batch. It survives a kill of this process as soon as this resolves. Once the disk refused one,
   * later ones are refused as well: behind half a record nothing would be found.
   */
  async add(batch: number, { rows, columns, data }: Matrix): Promise<void> {
    const payload = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32LE(batch, 0);
    header.writeUInt32LE(rows, 4);
    header.writeUInt32LE(columns, 8);
    header.writeUInt32LE(checksum(header, payload), 12);
    this.written = this.written.then(() => this.file.appendFile(Buffer.concat([header, payload])));
    await this.written;
  }

  /** After the last `add` has settled. */
  async close(): Promise<void> {
    await this.file.close();
  }
}

/** Visits whole records; returns where they end. */
async function readRecords(file: FileHandle, visit: (batch: number, vectors: Matrix) => void): Promise<number> {
  for (let at = FINGERPRINT_BYTES; ; ) {
    const header = await readAt(file, at, HEADER_BYTES);
    if (header === undefined) return at;
    const [batch, rows, columns, sum] = [0, 4, 8, 12].map((offset) => header.readUInt32LE(offset)) as [
      number,
      number,
      number,
      number,
    ];
    const bytes = rows * columns * Float32Array.BYTES_PER_ELEMENT;
    const payload = bytes > RECORD_LIMIT_BYTES ? undefined : await readAt(file, at + HEADER_BYTES, bytes);
    if (payload === undefined || checksum(header, payload) !== sum) return at;
    visit(batch, matrix(rows, columns, new Float32Array(Uint8Array.from(payload).buffer)));
    at += HEADER_BYTES + bytes;
  }
}

/** Undefined when the file ends before. */
async function readAt(file: FileHandle, from: number, length: number): Promise<Buffer | undefined> {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, length - done, from + done);
    if (bytesRead === 0) return undefined;
    done += bytesRead;
  }
  return bytes;
}

/** Of a record but for the checksum's own place. */
function checksum(header: Uint8Array, payload: Uint8Array): number {
  const numbers = header.subarray(0, HEADER_BYTES - 4);
  return createHash("sha256").update(numbers).update(payload).digest().readUInt32LE(0);
}
