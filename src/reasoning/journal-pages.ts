// Rows of a damaged SQLite file, read page by page without its tree, its schema or SQLite: a page that is whole gives
// its rows wherever it lies, and no damage can end the process. Only rows of tables WITHOUT ROWID are looked for, which
// lie in index pages (SQLite file format, sections 1.6 and 2.1).
import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";

/** Values of a row in stored order. */
export type StoredValues = readonly (string | number | null)[];

/** Gives the bytes of a page; undefined where the file has none of that number (from 1). */
type PageSource = (number: number) => Buffer | undefined;

const DEFAULT_PAGE_BYTES = 4096;
const FILE_HEADER_BYTES = 100;
const LOG_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const INTERIOR_INDEX = 2;
const LEAF_INDEX = 10;
/** No answer is longer; a damaged length must not ask for more. */
const MAX_ROW_BYTES = 64 << 20;

/** Every row that can be read in the file at `path` and in the log beside it; old states of a row may be among them. */
export function* readableRows(path: string): Generator<StoredValues> {
  using file = new Bytes(path);
  const pageBytes = pageBytesOf(file.read(0, FILE_HEADER_BYTES).readUInt16BE(16));
  const page: PageSource = (number) => file.whole((number - 1) * pageBytes, pageBytes);
  const nPages = Math.floor(file.length / pageBytes);
  for (let number = 1; number <= nPages; number++) yield* rowsOfPage(page(number)!, number, page);
  if (existsSync(`${path}-wal`)) yield* rowsOfLog(`${path}-wal`, page);
}

/** Every row in the log beside the file at `path`, where there is one, also in what SQLite would leave out. */
export function* readableLogRows(path: string): Generator<StoredValues> {
  if (existsSync(`${path}-wal`)) yield* rowsOfLog(`${path}-wal`, () => undefined);
}

/** The log holds newer states of pages, one a frame. */
function* rowsOfLog(path: string, older: PageSource): Generator<StoredValues> {
  using log = new Bytes(path);
  const pageBytes = pageBytesOf(log.read(0, LOG_HEADER_BYTES).readUInt32BE(8));
  const frameBytes = FRAME_HEADER_BYTES + pageBytes;
  const newest = new Map<number, number>();
  for (let at = LOG_HEADER_BYTES; at + frameBytes <= log.length; at += frameBytes) {
    newest.set(log.read(at, 4).readUInt32BE(0), at + FRAME_HEADER_BYTES);
  }
  const page: PageSource = (number) => {
    const at = newest.get(number);
    return at === undefined ? older(number) : log.whole(at, pageBytes);
  };
  for (const number of newest.keys()) yield* rowsOfPage(page(number)!, number, page);
}

/** Whether the log beside the file at `path` has frames behind one whose checksum is wrong (sections 4.1 and 4.2). */
export function isLogBroken(path: string): boolean {
  if (!existsSync(`${path}-wal`)) return false;
  using log = new Bytes(`${path}-wal`);
  const header = log.whole(0, LOG_HEADER_BYTES);
  if (header === undefined) return false;
  const isBigEndian = (header.readUInt32BE(0) & 1) === 1;
  const frameBytes = FRAME_HEADER_BYTES + pageBytesOf(header.readUInt32BE(8));
  let sums = addUp([0, 0], header.subarray(0, 24), isBigEndian);
  let isRight = isSum(sums, header, 24);
  for (let at = LOG_HEADER_BYTES; at + frameBytes <= log.length; at += frameBytes) {
    if (!isRight) return true;
    const frame = log.read(at, frameBytes);
    // Left over from before the log began anew.
    if (!frame.subarray(8, 16).equals(header.subarray(16, 24))) return false;
    sums = addUp(sums, frame.subarray(0, 8), isBigEndian);
    sums = addUp(sums, frame.subarray(FRAME_HEADER_BYTES), isBigEndian);
    isRight = isSum(sums, frame, 16);
  }
  return false;
}

type Sums = readonly [number, number];

function addUp([first, second]: Sums, bytes: Buffer, isBigEndian: boolean): Sums {
  let [a, b] = [first, second];
  for (let at = 0; at < bytes.length; at += 8) {
    a = (a + (isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + b) >>> 0;
    b = (b + (isBigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + a) >>> 0;
  }
  return [a, b];
}

function isSum([first, second]: Sums, bytes: Buffer, at: number): boolean {
  return bytes.readUInt32BE(at) === first && bytes.readUInt32BE(at + 4) === second;
}

function pageBytesOf(stored: number): number {
  if (stored === 1) return 65_536;
  return stored >= 512 && stored <= 65_536 && Number.isInteger(Math.log2(stored)) ? stored : DEFAULT_PAGE_BYTES;
}

function* rowsOfPage(page: Buffer, number: number, pages: PageSource): Generator<StoredValues> {
  const start = number === 1 ? FILE_HEADER_BYTES : 0;
  const kind = page[start];
  if (kind !== LEAF_INDEX && kind !== INTERIOR_INDEX) return;
  const pointers = start + (kind === LEAF_INDEX ? 8 : 12);
  const nCells = Math.min(page.readUInt16BE(start + 3), (page.length - pointers) >> 1);
  for (let cell = 0; cell < nCells; cell++) {
    const at = page.readUInt16BE(pointers + 2 * cell) + (kind === INTERIOR_INDEX ? 4 : 0);
    const row = readCell(page, at, pages);
    if (row !== undefined) yield row;
  }
}

function readCell(page: Buffer, at: number, pages: PageSource): StoredValues | undefined {
  try {
    const [length, start] = readVarint(page, at);
    if (length > MAX_ROW_BYTES) return undefined;
    const payload = readPayload(page, start, length, pages);
    return payload && decodeRow(payload);
  } catch (error) {
    // A length that leads out of the page, or a text that is no UTF-8.
    if (error instanceof RangeError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** What does not fit into the page goes on in a chain of overflow pages. */
function readPayload(page: Buffer, start: number, length: number, pages: PageSource): Buffer | undefined {
  const local = localBytes(length, page.length);
  if (start + local > page.length) return undefined;
  const parts = [page.subarray(start, start + local)];
  let left = length - local;
  let next = left > 0 ? page.readUInt32BE(start + local) : 0;
  while (left > 0) {
    const overflow = pages(next);
    if (overflow === undefined) return undefined;
    parts.push(overflow.subarray(4, 4 + Math.min(left, overflow.length - 4)));
    left -= overflow.length - 4;
    next = overflow.readUInt32BE(0);
  }
  return Buffer.concat(parts);
}

/** How many bytes of a row stay in its page (section 1.6, "index b-tree cells"). */
function localBytes(length: number, usable: number): number {
  const most = Math.floor(((usable - 12) * 64) / 255) - 23;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  if (length <= most) return length;
  const wanted = least + ((length - least) % (usable - 4));
  return wanted <= most ? wanted : least;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** A record: the types of all values, then the values (section 2.1). */
function decodeRow(payload: Buffer): StoredValues | undefined {
  const values: (string | number | null)[] = [];
  const [headerBytes, first] = readVarint(payload, 0);
  if (headerBytes > payload.length) return undefined;
  let at = headerBytes;
  for (let position = first; position < headerBytes; ) {
    const [type, after] = readVarint(payload, position);
    position = after;
    const size = sizeOf(type);
    if (size === undefined || at + size > payload.length) return undefined;
    values.push(decodeValue(type, payload.subarray(at, at + size)));
    at += size;
  }
  return at === payload.length ? values : undefined;
}

/** Bytes of the numbers 0 to 9 as types; blobs, which a journal has none of, and reserved types have no size here. */
const NUMBER_BYTES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0] as const;

function sizeOf(type: number): number | undefined {
  return type < NUMBER_BYTES.length ? NUMBER_BYTES[type] : type >= 13 && type % 2 === 1 ? (type - 13) / 2 : undefined;
}

function decodeValue(type: number, bytes: Buffer): string | number | null {
  if (type >= 13) return UTF8.decode(bytes);
  if (type === 0) return null;
  if (type === 6) return Number(bytes.readBigInt64BE());
  if (type === 7) return bytes.readDoubleBE();
  return type >= 8 ? type - 8 : bytes.readIntBE(0, bytes.length);
}

/** A number of up to nine bytes and the place after it; beyond 2^53 it is inexact, and too long for anything here. */
function readVarint(bytes: Buffer, start: number): [value: number, after: number] {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = bytes.readUInt8(start + i);
    value = value * 128 + (byte & 127);
    if (byte < 128) return [value, start + i + 1];
  }
  return [value * 256 + bytes.readUInt8(start + 8), start + 9];
}

/** A file's bytes by place. */
class Bytes implements Disposable {
  private readonly file: number;
  readonly length: number;

  constructor(path: string) {
    this.file = openSync(path, "r");
    this.length = fstatSync(this.file).size;
  }

  /** With zeros for what lies behind the end. */
  read(at: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    readSync(this.file, bytes, 0, length, at);
    return bytes;
  }

  whole(at: number, length: number): Buffer | undefined {
    return at < 0 || at + length > this.length ? undefined : this.read(at, length);
  }

  [Symbol.dispose](): void {
    closeSync(this.file);
  }
}
