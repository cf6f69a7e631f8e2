// Safetensors files: an 8-byte little-endian header length, a JSON header, then the raw tensors.
// Format: huggingface.co/docs/safetensors. Reading is as strict as the reference implementation: the tensors must tile
// the data section without a hole or an overlap, so nothing can hide in a checkpoint. Little-endian hosts only.
import { type FileHandle, open } from "node:fs/promises";
import { InputError, internal } from "../base/errors.ts";
import { writeFileAtomic } from "../base/files.ts";
import { halfToFloat } from "../base/half-floats.ts";

export type TensorData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

/** Element types understood on reading. F16 and BF16 arrive widened to Float32Array, BOOL as Uint8Array. */
export type Dtype = keyof typeof DTYPES;

export interface StoredTensor {
  /** The element type in the file. */
  readonly dtype: Dtype;
  /** Row-major; `[]` is a scalar. */
  readonly shape: readonly number[];
  readonly data: TensorData;
}

export interface Safetensors {
  /** By name, in the order they lie in the file. */
  readonly tensors: Map<string, StoredTensor>;
  /** Free text pairs of the header's `__metadata__`; empty when absent. */
  readonly metadata: Readonly<Record<string, string>>;
}

const DTYPES = {
  F64: { bytes: 8, decode: (b: ArrayBuffer): TensorData => new Float64Array(b) },
  I64: { bytes: 8, decode: (b: ArrayBuffer): TensorData => new BigInt64Array(b) },
  F32: { bytes: 4, decode: (b: ArrayBuffer): TensorData => new Float32Array(b) },
  I32: { bytes: 4, decode: (b: ArrayBuffer): TensorData => new Int32Array(b) },
  F16: { bytes: 2, decode: (b: ArrayBuffer): TensorData => widen(new Uint16Array(b), halfToFloat) },
  BF16: { bytes: 2, decode: (b: ArrayBuffer): TensorData => widenBrain(new Uint16Array(b)) },
  U8: { bytes: 1, decode: (b: ArrayBuffer): TensorData => new Uint8Array(b) },
  BOOL: { bytes: 1, decode: (b: ArrayBuffer): TensorData => new Uint8Array(b) },
} as const;

const LENGTH_BYTES = 8;
/** The reference implementation's limit: a corrupt length must not make us allocate gigabytes. */
const HEADER_LIMIT_BYTES = 100_000_000;

interface Entry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Read every tensor of a file, each into memory of its own.
 * @throws InputError when the file is absent, truncated, has bytes to spare, or its header contradicts itself.
 */
export async function readSafetensors(path: string): Promise<Safetensors> {
  const file = await open(path, "r").catch((cause: unknown) => {
    throw new InputError({ where: path, found: "no readable file", expected: "a safetensors file" }, { cause });
  });
  try {
    const { size } = await file.stat();
    const { header, dataStart } = await readHeader(file, path, size);
    const { __metadata__: metadata, ...described } = header;
    const entries = Object.entries(described).map(([name, value]) => parseEntry(path, name, value));
    checkTiling(path, entries, size - dataStart);
    const tensors = new Map<string, StoredTensor>();
    for (const { name, dtype, shape, begin, end } of entries) {
      const bytes = await readExactly(file, path, dataStart + begin, end - begin);
      tensors.set(name, { dtype, shape, data: DTYPES[dtype].decode(bytes) });
    }
    return { tensors, metadata: parseMetadata(path, metadata) };
  } finally {
    await file.close();
  }
}

/**
 * Write tensors atomically; the element type follows the array type. Names are sorted within an element size, widest
 * first, and the header is padded, so that every tensor starts at a multiple of its element size and equal
 * content gives equal bytes.
 */
export async function writeSafetensors(
  path: string,
  tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: TensorData }>>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const entries = Object.entries(tensors).map(([name, tensor]) => ({ name, ...tensor, dtype: dtypeOf(tensor.data) }));
  entries.sort((a, b) => DTYPES[b.dtype].bytes - DTYPES[a.dtype].bytes || (a.name < b.name ? -1 : 1));
  const fields: [string, unknown][] = Object.keys(metadata).length === 0 ? [] : [["__metadata__", metadata]];
  let size = 0;
  for (const { name, dtype, shape, data } of entries) {
    if (name === "__metadata__") throw internal("a tensor may not be called __metadata__");
    if (countOf(shape) !== data.length) {
      throw internal(`tensor ${name} has ${data.length} values but shape [${shape.join(", ")}]`);
    }
    fields.push([name, { dtype, shape, data_offsets: [size, size + data.byteLength] }]);
    size += data.byteLength;
  }
  const header = paddedHeader(Object.fromEntries(fields));
  const out = new Uint8Array(LENGTH_BYTES + header.length + size);
  new DataView(out.buffer).setBigUint64(0, BigInt(header.length), true);
  out.set(header, LENGTH_BYTES);
  let at = LENGTH_BYTES + header.length;
  for (const { data } of entries) {
    out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  await writeFileAtomic(path, out);
}

/**
 * The 32-bit float values of one tensor (F32, or F16/BF16 widened) with the expected shape.
 * @param where the file, for the message.
 * @throws InputError when the tensor is absent, of another type, or of another shape.
 */
export function floatTensor(where: string, file: Safetensors, name: string, shape?: readonly number[]): Float32Array {
  const tensor = file.tensors.get(name);
  const expected = `a float tensor "${name}"${shape === undefined ? "" : ` of shape [${shape.join(", ")}]`}`;
  if (tensor === undefined) {
    const known = [...file.tensors.keys()].slice(0, 5).join(", ");
    throw new InputError({ where, found: `only ${file.tensors.size} other tensors (${known} ...)`, expected });
  }
  const sameShape = shape === undefined || String(shape) === String(tensor.shape);
  if (!(tensor.data instanceof Float32Array) || !sameShape) {
    throw new InputError({ where, found: `${tensor.dtype} [${tensor.shape.join(", ")}]`, expected });
  }
  return tensor.data;
}

async function readHeader(file: FileHandle, path: string, size: number) {
  if (size < LENGTH_BYTES) throw broken(path, `${size} bytes`, "at least 8 bytes of header length");
  const length = Number(new DataView(await readExactly(file, path, 0, LENGTH_BYTES)).getBigUint64(0, true));
  const dataStart = LENGTH_BYTES + length;
  if (length > HEADER_LIMIT_BYTES || dataStart > size) {
    throw broken(path, `a header length of ${length} in a file of ${size} bytes`, "a header that fits into the file");
  }
  const text = new TextDecoder().decode(await readExactly(file, path, LENGTH_BYTES, length));
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw broken(path, (cause as Error).message, "a JSON header", cause);
  }
  if (!isRecord(header)) throw broken(path, `the header ${text.slice(0, 40)}`, "a JSON object");
  return { header, dataStart };
}

function parseEntry(path: string, name: string, value: unknown): Entry {
  const bad = (found: string, expected: string) => broken(path, `tensor "${name}" with ${found}`, expected);
  if (!isRecord(value)) throw bad(JSON.stringify(value), "an object");
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== "string" || !Object.hasOwn(DTYPES, dtype)) {
    throw bad(`element type ${JSON.stringify(dtype)}`, `one of ${Object.keys(DTYPES).join(", ")}`);
  }
  if (!isCounts(shape)) throw bad(`shape ${JSON.stringify(shape)}`, "whole numbers");
  if (!isCounts(offsets) || offsets.length !== 2) throw bad(`offsets ${JSON.stringify(offsets)}`, "[begin, end]");
  const [begin, end] = offsets as readonly [number, number];
  const bytes = countOf(shape) * DTYPES[dtype as Dtype].bytes;
  if (end - begin !== bytes) throw bad(`${end - begin} bytes at [${begin}, ${end}]`, `${bytes} bytes by its shape`);
  return { name, dtype: dtype as Dtype, shape, begin, end };
}

/** Sorts `entries` by place and refuses holes, overlaps, missing and spare bytes. */
function checkTiling(path: string, entries: Entry[], dataBytes: number): void {
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== at) throw broken(path, `tensor "${name}" at offset ${begin}`, `offset ${at} (no overlap, no hole)`);
    at = end;
  }
  if (at !== dataBytes) throw broken(path, `${dataBytes} bytes of data`, `${at} by the header`);
}

function parseMetadata(path: string, value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (!isRecord(value) || Object.values(value).some((text) => typeof text !== "string")) {
    throw broken(path, "__metadata__ with other values", "text values only");
  }
  return value as Record<string, string>;
}

async function readExactly(file: FileHandle, path: string, from: number, length: number): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(new ArrayBuffer(length));
  for (let done = 0; done < length; ) {
    // One read call is limited to 2 GiB.
    const { bytesRead } = await file.read(bytes, done, Math.min(length - done, 1 << 30), from + done);
    if (bytesRead === 0) throw broken(path, `the end after ${from + done} bytes`, `${from + length} bytes`);
    done += bytesRead;
  }
  return bytes.buffer;
}

function paddedHeader(header: Record<string, unknown>): Uint8Array {
  const bytes = new TextEncoder().encode(JSON.stringify(header));
  const padded = new Uint8Array(Math.ceil(bytes.length / 8) * 8).fill(0x20);
  padded.set(bytes);
  return padded;
}

function dtypeOf(data: TensorData): Dtype {
  if (data instanceof Float32Array) return "F32";
  if (data instanceof Int32Array) return "I32";
  if (data instanceof Float64Array) return "F64";
  if (data instanceof BigInt64Array) return "I64";
  return "U8";
}

function widen(values: Uint16Array, toFloat: (bits: number) => number): Float32Array {
  const out = new Float32Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = toFloat(values[i]!);
  return out;
}

/** bfloat16 is the upper half of a float32. */
function widenBrain(values: Uint16Array): Float32Array {
  const out = new Uint32Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = values[i]! << 16;
  return new Float32Array(out.buffer);
}

function countOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function broken(where: string, found: string, expected: string, cause?: unknown): InputError {
  const todo = "The file is damaged or not safetensors; write or copy it again.";
  return new InputError({ where, found, expected, todo }, cause === undefined ? undefined : { cause });
}
