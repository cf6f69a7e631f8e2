// What each record of a file is: data, or one of the lines that stand in tables without being records of them.
import { isComment, isRuler, type Layout } from "./layout.ts";
import { CELL, type RecordScanner } from "./record-scanner.ts";

export type RecordKind =
  | "data"
  | "blank line"
  | "blank with text"
  | "line above the records"
  | "header repeated"
  | "comment"
  | "footer"
  | "ruler"
  | "bad";

/** `(42 rows)` of psql, `42 rows selected.` of Oracle, `(42 Zeilen)`. */
const FOOTER = /^\(?\s*\d+ +(rows?|records?|zeilen?|lignes?|filas?|righe|riga|rader|行)\b[^,;|\t]{0,40}\)?\.?$/iu;

/** Sorts the records of one file, in file order. */
export class RecordSorter {
  readonly #layout: Layout;
  readonly #headerLengths: ReadonlySet<number>;
  #seen = 0;

  constructor(layout: Layout) {
    this.#layout = layout;
    const length = Buffer.byteLength(layout.header.join(layout.dialect.delimiter));
    const marks = 2 * layout.header.length;
    // As it is, quoted, and with a byte order mark before it, where files were joined.
    this.#headerLengths = new Set([length, length + marks, length + 3, length + marks + 3]);
  }

  kindOf(record: RecordScanner): RecordKind {
    if (record.cells === 1 && record.rawLength() === 0) return "blank line";
    if (record.cells === 1 && record.firstByte() <= BLANK && record.raw().trim() === "") return "blank with text";
    if (this.#seen < this.#layout.above) {
      this.#seen++;
      return "line above the records";
    }
    const isWhole = record.cells === this.#layout.cells && record.fault === undefined;
    if (!isWhole) return this.#oddKind(record);
    return this.#isHeader(record) ? "header repeated" : this.#isRulerOf(record) ? "ruler" : "data";
  }

  #oddKind(record: RecordScanner): RecordKind {
    if (this.#isHeader(record)) return "header repeated";
    const text = record.raw().trim();
    if (isComment(text)) return "comment";
    if (isRuler(text)) return "ruler";
    return FOOTER.test(text) ? "footer" : "bad";
  }

  #isHeader(record: RecordScanner): boolean {
    const { header, hasHeader } = this.#layout;
    if (!hasHeader || record.cells !== header.length) return false;
    if (!this.#headerLengths.has(record.rawLength()) && (record.facts & CELL.edgeBlank) === 0) return false;
    return header.every((name, cell) => record.text(cell) === name);
  }

  #isRulerOf(record: RecordScanner): boolean {
    const byte = record.firstByte();
    return (byte === DASH || byte === BAR || byte === PLUS || byte === COLON) && isRuler(record.raw());
  }
}

const BLANK = 32;
const [DASH, BAR, PLUS, COLON] = [0x2d, 0x7c, 0x2b, 0x3a];
