// Finds the records and cells of a delimited text in pieces of UTF-8, with the line on which each record begins. One
// loop over bytes: it looks at every byte of every table. The same loop surveys a table, copies it and finds places in
// it, so that these never disagree.
import { endlessLine, MAX_LINE_BYTES } from "../line-limit.ts";
import type { Dialect } from "./dialect.ts";

/** Facts about a cell, as bits. */
export const CELL = {
  quoted: 1,
  escaped: 2,
  edgeBlank: 4,
  blankBeforeQuote: 8,
  innerQuote: 16,
  manyLines: 32,
} as const;

export type Fault = "open quote" | "text after quote";

const LF = 10;
const CR = 13;
const BLANK = 32;
const BACKSLASH = 92;

/** Is called for each record; `false` ends the scanning. */
export type Visit = (record: RecordScanner) => unknown;

export class RecordScanner {
  /** Of the record that is visited; valid during the visit. */
  line = 1;
  cells = 0;
  fault: Fault | undefined;
  /** Any cell's facts. */
  facts = 0;
  /** Whether a line end follows. */
  isEnded = true;
  /** Of the whole text so far. */
  readonly lineEnds = { lf: 0, crlf: 0, cr: 0 };

  readonly #dialect: Dialect;
  readonly #delimiter: Buffer;
  readonly #quote: number;
  readonly #visit: Visit;
  readonly #name: string;
  #bytes: Buffer = Buffer.alloc(0);
  /** Where the record begins, the cell begins, and where scanning goes on. */
  #start = 0;
  #cell = 0;
  #at = 0;
  #state: "cell" | "plain" | "quoted" | "closed" = "cell";
  #cellFacts = 0;
  #line = 1;
  #starts = new Int32Array(64);
  #ends = new Int32Array(64);
  #flags = new Uint8Array(64);
  #end = 0;
  #isStopped = false;

  constructor(dialect: Dialect, name: string, visit: Visit) {
    this.#dialect = dialect;
    this.#delimiter = Buffer.from(dialect.delimiter);
    this.#quote = dialect.quote === "" ? -1 : dialect.quote.charCodeAt(0);
    this.#visit = visit;
    this.#name = name;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Take the next piece. @throws InputError for a record without end. */
  push(chunk: Buffer): void {
    const begun = this.#start;
    this.#bytes = begun === this.#bytes.length ? chunk : Buffer.concat([this.#bytes.subarray(begun), chunk]);
    this.#start -= begun;
    this.#cell -= begun;
    this.#at -= begun;
    for (let k = 0; k < this.cells; k++) {
      this.#starts[k]! -= begun;
      this.#ends[k]! -= begun;
    }
    this.#scan(false);
    if (this.#bytes.length - this.#start > MAX_LINE_BYTES) throw endlessLine(this.#name, this.#line);
  }

  finish(): void {
    this.#scan(true);
    if (this.#isStopped || (this.#start === this.#bytes.length && this.cells === 0)) return;
    if (this.#state === "quoted") this.fault ??= "open quote";
    const isAfterDelimiter = this.#state === "cell";
    if (isAfterDelimiter) [this.#cell, this.#cellFacts] = [this.#bytes.length, 0];
    // Blanks at the end of an aligned line part nothing.
    if (!(isAfterDelimiter && this.#dialect.inRuns))
      this.#endCell(this.#state === "closed" ? this.#end : this.#bytes.length);
    this.isEnded = false;
    this.#endRecord(this.#bytes.length, this.#bytes.length);
  }

  /** The text of a cell, without blanks around it. */
  text(cell: number): string {
    const text = this.#bytes.toString("utf8", this.#starts[cell]!, this.#ends[cell]!);
    const flags = this.#flags[cell]!;
    const plain = (flags & CELL.escaped) === 0 ? text : this.#unescaped(text);
    return (flags & CELL.edgeBlank) === 0 && plain === text ? text : plain.trim();
  }

  texts(): string[] {
    return Array.from({ length: this.cells }, (_, cell) => this.text(cell));
  }

  isEmpty(cell: number): boolean {
    return this.#starts[cell] === this.#ends[cell];
  }

  isQuoted(cell: number): boolean {
    return (this.#flags[cell]! & CELL.quoted) !== 0;
  }

  /** Bytes of a cell. */
  lengthOf(cell: number): number {
    return this.#ends[cell]! - this.#starts[cell]!;
  }

  /** The record as it stands in the file. */
  raw(): string {
    return this.#bytes.toString("utf8", this.#start, this.#end);
  }

  rawLength(): number {
    return this.#end - this.#start;
  }

  firstByte(): number {
    return this.#bytes[this.#start] ?? 0;
  }

  #unescaped(text: string): string {
    const { quote, inner, delimiter } = this.#dialect;
    if (inner !== "backslash") return text.replaceAll(quote + quote, quote);
    const isEscapable = (char: string) =>
      char === "\\" || char === quote || char === '"' || char === "'" || char === "\n";
    return text.replace(/\\([\s\S])/g, (whole, char: string) =>
      isEscapable(char) || delimiter.startsWith(char) ? char : whole,
    );
  }

  #scan(isLast: boolean): void {
    const bytes = this.#bytes;
    const size = bytes.length;
    const first = this.#delimiter[0]!;
    const quote = this.#quote;
    const { inRuns, inner } = this.#dialect;
    const isEscaping = inner === "backslash";
    let at = this.#at;
    while (at < size && !this.#isStopped) {
      if (this.#state === "cell") {
        this.#cell = at;
        this.#cellFacts = 0;
        let look = at;
        while (look < size && bytes[look] === BLANK && (first !== BLANK || (inRuns && this.cells === 0))) look++;
        if (look === size && !isLast) break;
        if (inRuns && this.cells === 0) at = look;
        if (quote !== -1 && bytes[look] === quote) {
          if (look > at) this.#cellFacts |= CELL.blankBeforeQuote;
          this.#cellFacts |= CELL.quoted;
          at = look + 1;
          this.#state = "quoted";
        } else this.#state = "plain";
        this.#cell = at;
      }
      if (this.#state === "plain") {
        let byte = 0;
        for (; at < size; at++) {
          byte = bytes[at]!;
          if (byte === first || byte === LF || byte === CR || (isEscaping && byte === BACKSLASH)) break;
        }
        if (at === size) break;
        if (byte === BACKSLASH && isEscaping && first !== BACKSLASH) {
          if (at + 1 === size && !isLast) break;
          this.#cellFacts |= CELL.escaped;
          at += at + 1 < size && bytes[at + 1] !== LF && bytes[at + 1] !== CR ? 2 : 1;
          continue;
        }
        if (byte === first && byte !== LF && byte !== CR) {
          const step = this.#delimiterAt(at, isLast);
          if (step === -1) break;
          if (step === 0) {
            at++;
            continue;
          }
          this.#endCell(at);
          at += step;
          if (inRuns && (at === size || bytes[at] === LF || bytes[at] === CR)) {
            // Blanks at the end of the line part nothing.
            if (at === size && !isLast) {
              at -= step;
              this.cells--;
              break;
            }
            at = this.#endLine(at, isLast);
          }
          continue;
        }
        if (byte === CR && at + 1 === size && !isLast) break;
        this.#endCell(at);
        at = this.#endLine(at, isLast);
        continue;
      }
      if (this.#state === "quoted") {
        let byte = 0;
        for (; at < size; at++) {
          byte = bytes[at]!;
          if (byte === quote || byte === LF || byte === CR || (isEscaping && byte === BACKSLASH)) break;
        }
        if (at === size) break;
        if (byte === BACKSLASH && isEscaping) {
          if (at + 1 >= size && !isLast) break;
          this.#cellFacts |= CELL.escaped;
          at += bytes[at + 1] === LF || bytes[at + 1] === CR ? 1 : 2;
          continue;
        }
        if (byte === LF || byte === CR) {
          if (byte === CR && at + 1 === size && !isLast) break;
          this.#cellFacts |= CELL.manyLines;
          at = this.#countLine(at);
          continue;
        }
        if (at + 1 === size && !isLast) break;
        if (bytes[at + 1] === quote) {
          this.#cellFacts |= CELL.escaped;
          at += 2;
          continue;
        }
        this.#end = at;
        at++;
        this.#state = "closed";
      }
      // After the closing mark: blanks, then a delimiter or the end of the line.
      let look = at;
      while (look < size && bytes[look] === BLANK && first !== BLANK) look++;
      if (look === size && !isLast) break;
      if (look === size || bytes[look] === LF || bytes[look] === CR) {
        if (look < size && bytes[look] === CR && look + 1 === size && !isLast) break;
        if (look === size) {
          at = look;
          break;
        }
        this.#endCell(this.#end);
        at = this.#endLine(look, isLast);
        continue;
      }
      const step = bytes[look] === first ? this.#delimiterAt(look, isLast) : 0;
      if (step === -1) break;
      if (step > 0) {
        this.#endCell(this.#end);
        at = look + step;
        continue;
      }
      if (inner === "loose") {
        this.#cellFacts |= CELL.innerQuote;
        this.#state = "quoted";
        continue;
      }
      this.fault ??= "text after quote";
      this.#cell--;
      this.#cellFacts = 0;
      this.#state = "plain";
    }
    this.#at = at;
  }

  /** Bytes of the delimiter at `at`, in runs of all that follow; 0 for none, -1 when more must be seen. */
  #delimiterAt(at: number, isLast: boolean): number {
    const delimiter = this.#delimiter;
    const bytes = this.#bytes;
    if (delimiter.length > 1) {
      if (at + delimiter.length > bytes.length) return isLast ? 0 : -1;
      for (let k = 1; k < delimiter.length; k++) if (bytes[at + k] !== delimiter[k]) return 0;
      return delimiter.length;
    }
    if (!this.#dialect.inRuns) return 1;
    let end = at;
    while (end < bytes.length && bytes[end] === delimiter[0]) end++;
    return end === bytes.length && !isLast ? -1 : end - at;
  }

  #endCell(end: number): void {
    const k = this.cells++;
    if (k === this.#starts.length) this.#grow();
    const start = this.#cell;
    this.#starts[k] = start;
    this.#ends[k] = end;
    if (end > start && (startsBlank(this.#bytes, start) || endsBlank(this.#bytes, end)))
      this.#cellFacts |= CELL.edgeBlank;
    this.#flags[k] = this.#cellFacts;
    this.facts |= this.#cellFacts;
    this.#state = "cell";
    this.#cell = end;
  }

  #grow(): void {
    const size = 2 * this.#starts.length;
    const [starts, ends, flags] = [new Int32Array(size), new Int32Array(size), new Uint8Array(size)];
    starts.set(this.#starts);
    ends.set(this.#ends);
    flags.set(this.#flags);
    [this.#starts, this.#ends, this.#flags] = [starts, ends, flags];
  }

  /** Ends the record at the line end at `at`; returns where the next one begins. */
  #endLine(at: number, isLast: boolean): number {
    if (at >= this.#bytes.length && isLast) return at;
    const line = this.#line;
    const next = this.#countLine(at);
    this.isEnded = true;
    const after = this.#line;
    this.#line = line;
    this.#endRecord(at, next);
    this.#line = after;
    this.line = after;
    return next;
  }

  #countLine(at: number): number {
    this.#line++;
    if (this.#bytes[at] === LF) {
      this.lineEnds.lf++;
      return at + 1;
    }
    if (this.#bytes[at + 1] === LF) {
      this.lineEnds.crlf++;
      return at + 2;
    }
    this.lineEnds.cr++;
    return at + 1;
  }

  #endRecord(end: number, next: number): void {
    this.#end = end;
    if (this.#visit(this) === false) this.#isStopped = true;
    this.#start = next;
    this.cells = 0;
    this.facts = 0;
    this.fault = undefined;
    this.#state = "cell";
  }
}

function startsBlank(bytes: Buffer, at: number): boolean {
  const byte = bytes[at]!;
  return byte < 0x80 ? byte === BLANK || (byte >= 9 && byte <= CR) : blankLength(bytes, at) > 0;
}

function endsBlank(bytes: Buffer, end: number): boolean {
  const byte = bytes[end - 1]!;
  if (byte < 0x80) return byte === BLANK || (byte >= 9 && byte <= CR);
  return blankLength(bytes, end - 2) === 2 || blankLength(bytes, end - 3) === 3;
}

/** Bytes of the blank beyond ASCII at `at`, as `trim` knows them; 0 for none. */
function blankLength(bytes: Buffer, at: number): number {
  const [a, b, c] = [bytes[at], bytes[at + 1], bytes[at + 2]];
  if (a === 0xc2) return b === 0xa0 ? 2 : 0;
  if (a === 0xe2) {
    const isBlank =
      b === 0x80 ? (c! >= 0x80 && c! <= 0x8a) || c === 0xa8 || c === 0xa9 || c === 0xaf : b === 0x81 && c === 0x9f;
    return isBlank ? 3 : 0;
  }
  const isOther =
    (a === 0xe3 && b === 0x80 && c === 0x80) ||
    (a === 0xef && b === 0xbb && c === 0xbf) ||
    (a === 0xe1 && b === 0x9a && c === 0x80);
  return isOther ? 3 : 0;
}
