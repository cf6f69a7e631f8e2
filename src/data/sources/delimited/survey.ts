// One look at every record of a delimited file before it is read: whether its layout holds to the end, and what else
// must be known for reading it.
import { readUtf8, type TextFile } from "../text-file.ts";
import type { Layout } from "./layout.ts";
import { CELL, type Fault, RecordScanner } from "./record-scanner.ts";
import { type RecordKind, RecordSorter } from "./record-sorter.ts";

export interface BadRecord {
  readonly line: number;
  readonly cells: number;
  readonly fault?: Fault | undefined;
  /** Whether it is the last of the file, and no line end follows. */
  readonly isCut: boolean;
  readonly isManyLines: boolean;
  readonly raw: string;
}

export interface Survey {
  readonly kinds: Readonly<Record<RecordKind, number>>;
  /** The first line of each kind. */
  readonly firsts: Readonly<Partial<Record<RecordKind, { readonly line: number; readonly raw: string }>>>;
  /** The first few. */
  readonly bad: readonly BadRecord[];
  /** Bad records with a fault of quotation, or over several lines. */
  readonly badQuotes: number;
  /** The facts of all cells of data. */
  readonly facts: number;
  /** Records of data that have cells with this fact. */
  readonly edgeBlanks: number;
  readonly innerQuotes: number;
  readonly firstInnerQuote: number;
  /** The largest share of records in which one column is quoted. */
  readonly quotedShare: number;
  readonly hasMixedLineEnds: boolean;
  readonly longest: number;
  /** Of columns without a name, by position. */
  readonly nameless: ReadonlyMap<number, Nameless>;
  /** The last cell of the file, where it breaks off shorter than all others of its column. */
  readonly cutCell?: { readonly line: number; readonly text: string; readonly length: number } | undefined;
  /** Characters that could not be decoded. */
  readonly replaced: number;
}

export interface Nameless {
  /** Never a value. */
  isEmpty: boolean;
  /** Whole numbers that only go up, as rows are numbered; those of joined files begin again. */
  isRunning: boolean;
  /** They leave none out: ids that rise, and rows that a filter left, do. */
  isGapless: boolean;
  last: number;
}

export const isNameless = (name: string): boolean => name === "" || /^Unnamed: \d+(_level_\d+)?$/.test(name);

const FEW = 5;
const REPLACEMENT = Buffer.from("\uFFFD");

export async function survey(text: TextFile, layout: Layout, signal?: AbortSignal): Promise<Survey> {
  const sorter = new RecordSorter(layout);
  const seen = new Seen(layout);
  const scanner = new RecordScanner(layout.dialect, text.name, (record) => seen.take(record, sorter.kindOf(record)));
  let replaced = 0;
  for await (const chunk of readUtf8(text, signal)) {
    if (!text.isPlain)
      for (let at = chunk.indexOf(REPLACEMENT); at !== -1; at = chunk.indexOf(REPLACEMENT, at + 3)) replaced++;
    scanner.push(chunk);
  }
  scanner.finish();
  return seen.result(scanner, replaced);
}

class Seen {
  readonly #layout: Layout;
  readonly #kinds: Record<RecordKind, number> = {
    data: 0,
    "blank line": 0,
    "blank with text": 0,
    "line above the records": 0,
    "header repeated": 0,
    comment: 0,
    footer: 0,
    ruler: 0,
    bad: 0,
  };
  readonly #firsts: Partial<Record<RecordKind, { line: number; raw: string }>> = {};
  readonly #bad: BadRecord[] = [];
  readonly #nameless: Map<number, Nameless>;
  readonly #quoted: Float64Array;
  readonly #last = { shortest: Number.POSITIVE_INFINITY, longest: 0, count: 0 };
  #badQuotes = 0;
  #facts = 0;
  #edgeBlanks = 0;
  #innerQuotes = 0;
  #firstInnerQuote = 0;
  #longest = 0;
  #cutCell: Survey["cutCell"];

  constructor(layout: Layout) {
    this.#layout = layout;
    this.#quoted = new Float64Array(layout.cells);
    this.#nameless = new Map(
      layout.names.flatMap((name, k) =>
        isNameless(name) ? [[k, { isEmpty: true, isRunning: true, isGapless: true, last: Number.NaN }]] : [],
      ),
    );
  }

  take(record: RecordScanner, kind: RecordKind): void {
    const count = this.#kinds[kind]++;
    if (kind === "data") this.#takeData(record);
    else if (count === 0) this.#firsts[kind] = { line: record.line, raw: record.raw().slice(0, 200) };
    if (kind !== "bad") return;
    const { line, cells, fault, isEnded } = record;
    const isManyLines = /[\r\n]/.test(record.raw());
    if (fault !== undefined || isManyLines) this.#badQuotes++;
    const bad = { line, cells, fault, isCut: !isEnded, isManyLines, raw: record.raw().slice(0, 200) };
    if (this.#bad.length < FEW || isManyLines || fault === "open quote") this.#bad.push(bad);
  }

  #takeData(record: RecordScanner): void {
    const { facts } = record;
    this.#facts |= facts;
    if (record.rawLength() > this.#longest) this.#longest = record.rawLength();
    if ((facts & CELL.edgeBlank) !== 0) this.#edgeBlanks++;
    if ((facts & CELL.innerQuote) !== 0 && this.#innerQuotes++ === 0) this.#firstInnerQuote = record.line;
    if ((facts & CELL.quoted) !== 0) for (let k = 0; k < record.cells; k++) if (record.isQuoted(k)) this.#quoted[k]!++;
    for (const [k, column] of this.#nameless) look(column, record.text(k));
    const length = record.lengthOf(record.cells - 1);
    const last = this.#last;
    if (!record.isEnded && last.count >= 10 && last.shortest === last.longest && length < last.shortest) {
      this.#cutCell = { line: record.line, text: record.text(record.cells - 1), length: last.shortest };
    }
    if (length < last.shortest) last.shortest = length;
    if (length > last.longest) last.longest = length;
    last.count++;
  }

  result({ lineEnds }: RecordScanner, replaced: number): Survey {
    return {
      kinds: this.#kinds,
      firsts: this.#firsts,
      bad: this.#bad,
      badQuotes: this.#badQuotes,
      facts: this.#facts,
      edgeBlanks: this.#edgeBlanks,
      innerQuotes: this.#innerQuotes,
      firstInnerQuote: this.#firstInnerQuote,
      quotedShare: Math.max(0, ...this.#quoted) / Math.max(1, this.#kinds.data),
      hasMixedLineEnds:
        [lineEnds.lf, lineEnds.crlf, lineEnds.cr].filter((count) => count > 0).length > 1 || lineEnds.cr > 0,
      longest: this.#longest,
      nameless: this.#nameless,
      cutCell: this.#layout.cells > 1 ? this.#cutCell : undefined,
      replaced,
    };
  }
}

function look(column: Nameless, text: string): void {
  if (text !== "") column.isEmpty = false;
  if (!column.isRunning) return;
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  column.isRunning = number === 0 || (Number.isNaN(column.last) ? !Number.isNaN(number) : number > column.last);
  const isNext = number === 0 || Number.isNaN(column.last) || number === column.last + 1;
  column.isGapless = column.isGapless && isNext;
  column.last = number;
}
