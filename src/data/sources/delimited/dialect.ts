// The ways in which a table is written as text: what parts the cells, and what quotation marks mean.

export interface Dialect {
  readonly delimiter: string;
  /** Several delimiters in a row part two cells only: columns that blanks align. */
  readonly inRuns: boolean;
  /** The quotation mark that encloses cells; empty: none does. */
  readonly quote: string;
  /**
   * How a mark stands inside a quoted cell: `doubled`, after a `backslash`, or as it is (`loose`): there only a mark
   * before a delimiter or the end of the line ends the cell.
   */
  readonly inner: "doubled" | "backslash" | "loose";
}

export const CSV: Dialect = { delimiter: ",", inRuns: false, quote: '"', inner: "doubled" };

const DELIMITER_WORDS: Readonly<Record<string, string>> = {
  ",": "commas",
  ";": "semicolons",
  "\t": "tabs",
  "|": "vertical bars",
  " ": "blanks",
  "\u0001": "the control character U+0001",
};

/** `commas between cells` and the like, for notes. */
export function dialectWords({ delimiter, quote, inner }: Dialect): string {
  const cells = `${DELIMITER_WORDS[delimiter] ?? `"${delimiter}"`} between cells`;
  if (quote === "") return `${cells}, quotation marks are text`;
  if (quote === "'") return `${cells}, single quotation marks around them`;
  if (inner === "backslash") return `${cells}, a backslash before quotation marks inside them`;
  return inner === "loose" ? `${cells}, quotation marks inside them stand as they are` : cells;
}

const DELIMITER_NAMES: Readonly<Record<string, string>> = {
  "\\t": "\t",
  tab: "\t",
  comma: ",",
  semicolon: ";",
  pipe: "|",
  space: " ",
  blank: " ",
  "\\u0001": "\u0001",
  "\\x01": "\u0001",
};

/** A delimiter as users can type it: `tab` and `\t` are tabs. */
export function delimiterNamed(word: string): string {
  return DELIMITER_NAMES[word.toLowerCase()] ?? word;
}
