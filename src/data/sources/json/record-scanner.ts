// Finds the records of a JSON text of any form - one object a line, an array over many lines, objects one after the
// other, `{"data": [...]}` - without keeping more of it than one record. It looks at brackets and quotes alone: what a
// record holds, and whether it is JSON at all, others find out.
import { InputError } from "../../../base/errors.ts";
import { MAX_LINE_BYTES } from "../text-lines.ts";

export interface JsonRecord {
  /** 1-based line on which the record begins. */
  readonly line: number;
  readonly text: string;
}

/** Keys that lead from the whole file to the array of its records; none: the file itself, or its elements. */
export type RecordPath = readonly string[];

/** Where objects stand in a file, before anything is read. */
export interface JsonOutline {
  /** Values that stand in no other. */
  readonly values: number;
  /** Whether an array holds them. */
  readonly isListed: boolean;
  /** Arrays that hold objects, by the keys that lead there, inside of the first object. */
  readonly arrays: readonly { readonly path: RecordPath; readonly objects: number }[];
  /** Members of the first object that are objects themselves. */
  readonly innerObjects: readonly string[];
}

/** So deep a wrapper may lie: `{"response": {"data": {"items": [...]}}}`. */
const MAX_WRAPPERS = 4;

interface Frame {
  readonly kind: "{" | "[";
  /** Key of the member that is being read. */
  key: string | undefined;
}

/** What happens at the start of a value. */
interface Visitor {
  /** Whether the value that begins here, under `frames`, is to be taken whole. */
  readonly takes: (first: string, frames: readonly Frame[]) => boolean;
  readonly enters?: ((first: string, frames: readonly Frame[]) => void) | undefined;
}

/**
 * The records at `path`, in file order; elements of arrays count one by one.
 * @throws InputError for text that opens and closes brackets otherwise than JSON does, and for an endless record
 */
export async function* scanRecords(
  chunks: AsyncIterable<string>,
  file: string,
  path: RecordPath,
): AsyncGenerator<JsonRecord> {
  const takes = (first: string, frames: readonly Frame[]) => {
    const keys = frames.filter(({ kind }) => kind === "{").map(({ key }) => key);
    if (keys.length !== path.length || !path.every((key, at) => key === keys[at])) return false;
    // A wrapper's member that is no array holds no records; elements of arrays are records, whatever they are.
    return frames.at(-1)?.kind === "[" || (first !== "[" && path.length === 0);
  };
  yield* walk(chunks, file, { takes });
}

/** Look at the whole file once; records are not kept. @throws as `scanRecords` */
export async function outlineOf(chunks: AsyncIterable<string>, file: string): Promise<JsonOutline> {
  let values = 0;
  let isListed = false;
  const arrays = new Map<string, { path: RecordPath; objects: number }>();
  const inner: string[] = [];
  const enters = (first: string, frames: readonly Frame[]) => {
    if (frames.every(({ kind }) => kind === "[")) {
      if (first === "[") isListed = true;
      else values++;
      return;
    }
    if (values > 1 || first !== "{") return;
    const keys = frames.filter(({ kind }) => kind === "{").map(({ key }) => key ?? "");
    if (frames.at(-1)!.kind === "{") {
      if (frames.length === 1) inner.push(keys[0]!);
      return;
    }
    const name = JSON.stringify(keys);
    const seen = arrays.get(name) ?? { path: keys, objects: 0 };
    seen.objects++;
    arrays.set(name, seen);
  };
  const takes = (first: string, frames: readonly Frame[]) =>
    // Objects of arrays inside of the first object are counted, not entered; nor is anything of later values.
    frames.length > 2 * MAX_WRAPPERS ||
    (first === "{" && frames.at(-1)?.kind === "[" && frames.some(({ kind }) => kind === "{")) ||
    (first === "{" && values > 1);
  for await (const _ of walk(chunks, file, { takes, enters }, false));
  return { values, isListed, arrays: [...arrays.values()], innerObjects: inner };
}

const NEWLINE = 10;
const SPACE = 32;
const QUOTE = 34;
const APOSTROPHE = 39;
const COMMA = 44;
const COLON = 58;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

async function* walk(
  chunks: AsyncIterable<string>,
  file: string,
  visitor: Visitor,
  keepsText = true,
): AsyncGenerator<JsonRecord> {
  const scanner = new Scanner(file, visitor, keepsText);
  for await (const chunk of chunks) yield* scanner.push(chunk);
  yield* scanner.finish();
}

class Scanner {
  readonly #file: string;
  readonly #visitor: Visitor;
  readonly #keepsText: boolean;
  readonly #frames: Frame[] = [];
  #line = 1;
  /** The quotation mark that closes the text that we are in; 0 outside of texts. */
  #quote = 0;
  #isEscaped = false;
  /** Brackets open inside of the record; undefined between records. */
  #depth: number | undefined;
  /** A record that is no object and no array ends where another value may begin. */
  #isBare = false;
  #start = 1;
  #parts: string[] = [];
  #length = 0;
  /** The latest text between records: a key, once a colon follows. */
  #lastText = "";

  constructor(file: string, visitor: Visitor, keepsText: boolean) {
    this.#file = file;
    this.#visitor = visitor;
    this.#keepsText = keepsText;
  }

  push(chunk: string): JsonRecord[] {
    const records: JsonRecord[] = [];
    // Where the record's part, or the text between records, begins in this chunk.
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const code = chunk.charCodeAt(at);
      if (code === NEWLINE) this.#line++;
      if (this.#quote !== 0) {
        if (!this.#endsText(code)) continue;
        if (this.#depth === undefined) this.#lastText += chunk.slice(from, at);
        else if (this.#depth === 0) records.push(this.#close(chunk.slice(from, at + 1)));
        continue;
      }
      if (this.#isBare && endsBare(code)) records.push(this.#close(chunk.slice(from, at)));
      if (this.#depth === undefined) {
        const begun = this.#between(code, chunk[at]!);
        if (begun !== undefined) from = begun === "record" ? at : at + 1;
      } else if (this.#isBare) {
        // Its end is all that is looked for.
      } else if (code === QUOTE || code === APOSTROPHE) this.#quote = code;
      else if (code === OPEN_OBJECT || code === OPEN_LIST) this.#depth++;
      else if ((code === CLOSE_OBJECT || code === CLOSE_LIST) && --this.#depth === 0) {
        records.push(this.#close(chunk.slice(from, at + 1)));
      }
    }
    if (this.#depth !== undefined) this.#keep(chunk.slice(from));
    else if (this.#quote !== 0) this.#lastText += chunk.slice(from);
    return records;
  }

  #endsText(code: number): boolean {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (code === BACKSLASH) this.#isEscaped = true;
    else if (code === this.#quote) {
      this.#quote = 0;
      return true;
    }
    return false;
  }

  finish(): JsonRecord[] {
    if (this.#depth !== undefined) return [this.#close("")];
    const open = this.#frames.at(-1);
    if (open === undefined && this.#quote === 0) return [];
    const found = open?.kind === "[" ? "an array that is never closed" : "an object that is never closed";
    throw new InputError({
      where: this.#file,
      line: this.#line,
      found: `the end of the file inside ${found}`,
      expected: open?.kind === "[" ? '"]"' : '"}"',
      todo: "The file was cut short: fetch it again.",
    });
  }

  /** One character between records; what begins with it. */
  #between(code: number, character: string): "record" | "text" | undefined {
    if (code <= SPACE || character === "\uFEFF") return undefined;
    const frames = this.#frames;
    const open = frames.at(-1);
    if (code === COMMA || (code === COLON && open?.kind === "{")) {
      if (open !== undefined) open.key = code === COLON ? this.#lastText : undefined;
      return undefined;
    }
    if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
      if (frames.pop()?.kind !== (code === CLOSE_OBJECT ? "{" : "[")) throw this.#unexpected(character);
      return undefined;
    }
    const isText = code === QUOTE || code === APOSTROPHE;
    // In an object, a text before the colon is a key.
    const isKey = open?.kind === "{" && open.key === undefined;
    if (!isKey) {
      this.#visitor.enters?.(character, frames);
      if (this.#visitor.takes(character, frames)) {
        this.#begin(code, isText);
        return "record";
      }
    }
    if (isText) {
      this.#quote = code;
      this.#lastText = "";
      return "text";
    }
    if (code === OPEN_OBJECT || code === OPEN_LIST) {
      frames.push({ kind: code === OPEN_OBJECT ? "{" : "[", key: undefined });
    }
    return undefined;
  }

  #begin(code: number, isText: boolean): void {
    const isBracket = code === OPEN_OBJECT || code === OPEN_LIST;
    this.#depth = isBracket ? 1 : 0;
    this.#isBare = !isBracket && !isText;
    if (isText) this.#quote = code;
    this.#start = this.#line;
  }

  #keep(part: string): void {
    this.#length += part.length;
    if (this.#length > MAX_LINE_BYTES) throw this.#endless();
    if (this.#keepsText) this.#parts.push(part);
  }

  #close(part: string): JsonRecord {
    this.#keep(part);
    const record = { line: this.#start, text: this.#parts.join("") };
    this.#parts = [];
    this.#length = 0;
    this.#depth = undefined;
    this.#isBare = false;
    return record;
  }

  #unexpected(character: string): InputError {
    return new InputError({
      where: this.#file,
      line: this.#line,
      found: `"${character}" that closes nothing`,
      expected: "JSON objects",
      todo: "Mend the line.",
    });
  }

  #endless(): InputError {
    return new InputError({
      where: this.#file,
      line: this.#start,
      found: `a record of more than ${MAX_LINE_BYTES >> 20} MiB`,
      expected: "one interaction, item or user a record",
      todo: "Check the brackets from this line on.",
    });
  }
}

function endsBare(code: number): boolean {
  return (
    code <= SPACE ||
    code === COMMA ||
    code === CLOSE_LIST ||
    code === CLOSE_OBJECT ||
    code === OPEN_LIST ||
    code === OPEN_OBJECT
  );
}
