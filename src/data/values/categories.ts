// A category column as shops write it: paths, lists, lists of paths. What divides the parts is decided once for the
// whole column, so that `Home, Garden` stays one category where no other cell says that the comma divides.
import { decodeEntities } from "./entities.ts";
import { plainText } from "./texts.ts";

export interface CategoryReading {
  /** Widest first, without repeats; empty for none. */
  readonly read: (cell: unknown) => string[];
  /** How cells are taken apart, for people: `divided at "|"`. */
  readonly words: string;
}

export interface CategoryOptions {
  /** The user's word for what stands between categories. */
  readonly separator?: string | undefined;
  /** The file says that this column's cells are lists divided by blanks (RecBole's token_seq). */
  readonly isBlankList?: boolean | undefined;
}

/** Between the levels of one path. */
const LEVEL_MARKS = [">", "»", "›", "→", "::", "\\"];
/** Between the entries of a list. */
const LIST_MARKS = ["|", ";", "\n"];
/** Marks that names hold as well: `Home, Garden`, `Bed/Bath`. */
const DOUBTFUL_MARKS = [",", "/", "、"];

/** Decide how the cells of a column are taken apart. `cells` are all of its cells. */
export function understandCategories(cells: readonly unknown[], options: CategoryOptions = {}): CategoryReading {
  const texts = [...new Set(cells.filter((cell) => typeof cell === "string").map(textOf))];
  const plain = texts.filter((text) => text !== "" && parseList(text) === undefined);
  const marks = chooseMarks(plain, options);
  const read = (cell: unknown): string[] => {
    if (typeof cell !== "string") return distinct(listed(cell));
    const text = textOf(cell);
    const list = parseList(text);
    return distinct(list === undefined ? divided(text, marks) : listed(list));
  };
  return { read, words: wordsOf(marks, texts.length > plain.length || texts.length === 0) };
}

/** `A &gt; B` is a path, and the semicolon of `&amp;` divides nothing. */
function textOf(cell: string): string {
  return decodeEntities(cell).trim();
}

/** Outer marks divide entries, inner ones the levels of an entry. */
interface Marks {
  readonly outer?: string | undefined;
  readonly inner?: string | undefined;
}

function chooseMarks(texts: readonly string[], { separator, isBlankList = false }: CategoryOptions): Marks {
  if (separator !== undefined) return { outer: separator === "\\t" ? "\t" : separator };
  if (isBlankList) return { outer: " " };
  const inner = commonest(texts, LEVEL_MARKS);
  const outer = commonest(texts, LIST_MARKS);
  if (outer !== undefined) return { outer, inner };
  const doubtful = commonest(texts, DOUBTFUL_MARKS);
  if (doubtful === undefined) return { inner };
  const isDivider = inner === undefined ? partsRecur(texts, doubtful) : rootsRecur(texts, doubtful, inner);
  return isDivider ? { outer: doubtful, inner } : { inner };
}

function commonest(texts: readonly string[], marks: readonly string[]): string | undefined {
  let best: string | undefined;
  let most = 0;
  for (const mark of marks) {
    const count = texts.filter((text) => text.includes(mark)).length;
    if (count <= most) continue;
    most = count;
    best = mark;
  }
  return best;
}

/** Whether in most cells with `mark` a part recurs in another cell, beside other parts or alone. */
function partsRecur(texts: readonly string[], mark: string): boolean {
  const cells = texts.map((text) => parts(text, mark));
  const counts = new Map<string, number>();
  for (const cell of cells) for (const part of new Set(cell)) counts.set(part, (counts.get(part) ?? 0) + 1);
  const divided = cells.filter((cell) => cell.length > 1);
  const recurring = divided.filter((cell) => cell.some((part) => counts.get(part)! > 1));
  return 2 * recurring.length > divided.length;
}

/** Whether what follows `mark` begins a path of its own: with a root that other paths have as well. */
function rootsRecur(texts: readonly string[], mark: string, inner: string): boolean {
  const root = (path: string) => parts(path, inner)[0] ?? "";
  const roots = new Set(texts.map((text) => root(parts(text, mark)[0] ?? "")));
  const both = texts.filter((text) => text.includes(mark));
  const plain = both.filter((text) => {
    const paths = parts(text, mark);
    return paths.length > 1 && paths.slice(1).every((path) => roots.has(root(path)));
  });
  return 2 * plain.length > both.length;
}

function parts(text: string, mark: string): string[] {
  return text
    .split(mark)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function divided(text: string, { outer, inner }: Marks): string[] {
  const entries = outer === undefined ? [text] : text.split(outer);
  return plainParts(inner === undefined ? entries : entries.flatMap((entry) => entry.split(inner)));
}

/** Of a list its texts; of a list of paths the first path (Amazon 2014); of objects their names. */
function listed(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  return plainParts(Array.isArray(list[0]) ? list[0] : list);
}

const NAME_KEYS = ["name", "title", "label", "value"];

function plainParts(values: readonly unknown[]): string[] {
  return values
    .map((value) => plainText(typeof value === "object" && !Array.isArray(value) ? nameIn(value) : value))
    .filter((part) => part !== undefined);
}

function nameIn(value: object | null): unknown {
  const record = (value ?? {}) as Readonly<Record<string, unknown>>;
  return NAME_KEYS.map((key) => record[key]).find((name) => typeof name === "string");
}

function distinct(list: readonly string[]): string[] {
  return [...new Set(list)];
}

/** A list in a text, as JSON, Python or PostgreSQL write it; undefined for other texts. */
function parseList(text: string): unknown[] | undefined {
  if (text.startsWith("[") && text.endsWith("]")) return jsonList(text) ?? quotedParts(text);
  if (/^'.*'$/s.test(text)) return quotedParts(text);
  if (!/^\{.*\}$/s.test(text) || /^\{\s*["'][^"']*["']\s*:/.test(text)) return undefined;
  const entries = text.slice(1, -1).match(/"(?:[^"\\]|\\.)*"|[^,]+/g) ?? [];
  return entries.map((entry) => (entry.startsWith('"') ? entry.slice(1, -1).replace(/\\(.)/g, "$1") : entry));
}

function jsonList(text: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** `['Video Games', "Men's"]`; of `[{'id': 16, 'name': 'Animation'}]` the names; of `[Drama, Crime]` the parts. */
function quotedParts(text: string): string[] {
  const named = [...text.matchAll(/['"]name['"]\s*:\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g)];
  const quoted = [...text.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g)];
  const found = named.length > 0 ? named : quoted;
  if (found.length > 0) return found.map((match) => (match[1] ?? match[2] ?? "").replace(/\\(.)/g, "$1"));
  return text.slice(1, -1).split(",");
}

function wordsOf({ outer, inner }: Marks, hasLists: boolean): string {
  const shown = (mark: string) => (mark === " " ? "blanks" : mark === "\n" ? "line ends" : `"${mark}"`);
  const marks = [outer, inner].filter((mark) => mark !== undefined).map(shown);
  if (marks.length > 0) return `divided at ${marks.join(" and ")}`;
  return hasLists ? "lists" : "one a cell";
}
