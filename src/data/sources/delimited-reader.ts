// A small CSV reader that knows line numbers. DuckDB reads the data; this finds where it went wrong, as DuckDB counts
// records, not lines, once a quoted field spans several lines.
import { readLines } from "./text-lines.ts";

export interface DelimitedForm {
  readonly delimiter: string;
  /** `"` or, for files without quoting, the empty string. */
  readonly quote: string;
}

export interface DelimitedRecord {
  /** 1-based line on which the record begins. */
  readonly line: number;
  readonly fields: readonly string[];
  /** False when the file ends inside a quoted field. */
  readonly isClosed: boolean;
}

/**
 * Records in file order; blank lines are skipped. A field is quoted when it begins with the quote; `""` stands for `"`.
 */
export async function* readDelimited(
  file: string,
  form: DelimitedForm,
  signal?: AbortSignal,
): AsyncGenerator<DelimitedRecord> {
  let fields: string[] = [];
  let open: string | undefined;
  let start = 0;
  let line = 0;
  for await (const text of readLines(file, signal)) {
    line++;
    if (open === undefined) {
      if (text.trim() === "") continue;
      start = line;
      fields = [];
    }
    open = consume(text, form, fields, open);
    if (open === undefined) yield { line: start, fields, isClosed: true };
  }
  if (open !== undefined) yield { line: start, fields: [...fields, open], isClosed: false };
}

/** The fields of one line that holds a whole record. */
export function splitRecord(text: string, form: DelimitedForm): string[] {
  const fields: string[] = [];
  const open = consume(text, form, fields, undefined);
  return open === undefined ? fields : [...fields, open];
}

/** Add the fields of `text` to `fields`; returns the text of a quoted field that stays open at the line's end. */
function consume(
  text: string,
  { delimiter, quote }: DelimitedForm,
  fields: string[],
  open: string | undefined,
): string | undefined {
  let at = 0;
  let held = open === undefined ? undefined : `${open}\n`;
  for (;;) {
    if (held === undefined && (quote === "" || !text.startsWith(quote, at))) {
      const end = text.indexOf(delimiter, at);
      fields.push(end === -1 ? text.slice(at) : text.slice(at, end));
      if (end === -1) return undefined;
      at = end + delimiter.length;
      continue;
    }
    if (held === undefined) {
      held = "";
      at += quote.length;
    }
    const close = text.indexOf(quote, at);
    if (close === -1) return held + text.slice(at);
    held += text.slice(at, close);
    at = close + quote.length;
    if (text.startsWith(quote, at)) {
      held += quote;
      at += quote.length;
      continue;
    }
    const end = text.indexOf(delimiter, at);
    fields.push(held + (end === -1 ? text.slice(at) : text.slice(at, end)));
    held = undefined;
    if (end === -1) return undefined;
    at = end + delimiter.length;
  }
}
