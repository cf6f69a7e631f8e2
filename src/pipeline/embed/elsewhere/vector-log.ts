// A shard's vectors in the object store. Objects hold records: number of the batch in its shard, rows, columns (32 bits
// each, little-endian), and the vectors.
import { InputError } from "../../../base/errors.ts";
import { sha256 } from "../../../base/files.ts";
import { type Matrix, matrix } from "../../../base/matrix.ts";
import type { ObjectStore } from "../../../objects/index.ts";

const HEADER_BYTES = 12;
/** Objects may be small and far away. */
const AT_ONCE = 16;

export interface BatchVectors {
  /** Number of the batch in its shard. */
  readonly batch: number;
  readonly vectors: Matrix;
}

/** In one object. */
export async function putVectors(
  objects: ObjectStore,
  folder: string,
  records: readonly BatchVectors[],
): Promise<void> {
  const bytes = recordsOf(records);
  await objects.put(`${folder}${sha256(bytes)}.vectors`, bytes);
}

/**
 * What lies in a shard's folder, object by object; batches that two workers encoded come twice.
 * @throws DamagedObjectError; InputError for what holds no vectors.
 */
export async function* vectorsIn(objects: ObjectStore, folder: string): AsyncGenerator<BatchVectors> {
  const names: string[] = [];
  for await (const { name } of objects.list(folder)) names.push(name);
  for (let from = 0; from < names.length; from += AT_ONCE) {
    const read = names.slice(from, from + AT_ONCE).map(async (name) => recordsIn(await objects.get(name), name));
    for (const records of await Promise.all(read)) yield* records;
  }
}

export function recordsOf(records: readonly BatchVectors[]): Uint8Array {
  const parts = records.flatMap(({ batch, vectors: { rows, columns, data } }) => {
    const header = Buffer.alloc(HEADER_BYTES);
    for (const [at, value] of [batch, rows, columns].entries()) header.writeUInt32LE(value, 4 * at);
    return [header, Buffer.from(data.buffer, data.byteOffset, data.byteLength)];
  });
  return Buffer.concat(parts);
}

/** @param where they lie, for the message. @throws InputError for bytes that are no records. */
export function recordsIn(bytes: Uint8Array, where: string): BatchVectors[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: BatchVectors[] = [];
  for (let at = 0; at < buffer.length; ) {
    if (at + HEADER_BYTES > buffer.length) throw noRecords(where, at);
    const [batch, rows, columns] = [0, 4, 8].map((offset) => buffer.readUInt32LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const from = at + HEADER_BYTES;
    at = from + 4 * rows * columns;
    if (at > buffer.length) throw noRecords(where, at);
    records.push({
      batch,
      vectors: matrix(rows, columns, new Float32Array(Uint8Array.from(buffer.subarray(from, at)).buffer)),
    });
  }
  return records;
}

function noRecords(where: string, at: number): InputError {
  const todo = "Remove it; its batches are encoded again.";
  return new InputError({
    where,
    found: `${at} bytes or less of a record`,
    expected: "whole records of vectors",
    todo,
  });
}
