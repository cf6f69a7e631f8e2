// Text cells of catalogues made plain: entities decoded, white space collapsed, markup and words for "nothing" removed.
import { decodeEntities } from "./entities.ts";
import { MISSING_WORDS } from "./missing-words.ts";

/** Never the name of anything. */
const NOTHING = new Set([...MISSING_WORDS.filter((word) => word !== "none"), "[]", "{}", "–", "?"]);
/** For "nothing" in most columns; a film or a book may be called so. */
const PERHAPS_NOTHING = new Set([
  "unknown",
  "none",
  "null",
  "n.a.",
  "nothing",
  "not available",
  "no title",
  "untitled",
]);

/** Text with entities decoded and white space collapsed; lists are joined. Undefined for what says nothing. */
export function plainText(value: unknown): string | undefined {
  const text = collapsed(value);
  return text === undefined || isWordForNothing(text) || PERHAPS_NOTHING.has(text.toLowerCase()) ? undefined : text;
}

/** As `plainText`, without markup: `<p>Soft &amp; light</p>` is `Soft & light`. */
export function describingText(value: unknown): string | undefined {
  if (Array.isArray(value)) return plainText(value.map(describingText).filter(Boolean).join(" "));
  if (typeof value !== "string") return plainText(value);
  // Shops that escape their markup once more write `&lt;p&gt;`.
  const once = value.includes("<") ? value : decodeEntities(value);
  return plainText(withoutMarkup(once));
}

const ELEMENTS_WITHOUT_TEXT = /<(script|style)\b[^>]*>[\s\S]*?<\/\1\s*>|<!--[\s\S]*?-->/gi;
const TAG = /<\/?[a-z][a-z0-9]*(?:\s[^<>]*)?\/?>/gi;

function withoutMarkup(text: string): string {
  return text.includes("<") ? text.replace(ELEMENTS_WITHOUT_TEXT, " ").replace(TAG, " ") : text;
}

function collapsed(value: unknown): string | undefined {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return collapsed(value.map(plainText).filter(Boolean).join(" "));
  if (typeof value !== "string") return undefined;
  return decodeEntities(value).replace(/\s+/g, " ").trim();
}

function isWordForNothing(text: string): boolean {
  return NOTHING.has(text.trim().toLowerCase());
}

export interface TitleReading {
  readonly read: (cell: unknown) => string | undefined;
  readonly warnings: readonly string[];
}

/**
 * Titles of one column. `Unknown` and `None` are names of films and books, and what shops write where there is none:
 * the word is taken for a title where one item alone has it.
 */
export function understandTitles(cells: readonly unknown[]): TitleReading {
  const counts = new Map<string, number>();
  for (const cell of cells) {
    const word = collapsed(cell);
    if (word === undefined || !PERHAPS_NOTHING.has(word.toLowerCase())) continue;
    counts.set(word.toLowerCase(), (counts.get(word.toLowerCase()) ?? 0) + 1);
  }
  const missing = new Map([...counts].filter(([, count]) => count > 1));
  const read = (cell: unknown) => {
    const text = withoutTags(collapsed(cell));
    return text === undefined || text === "" || isWordForNothing(text) || missing.has(text.toLowerCase())
      ? undefined
      : text;
  };
  const warnings = [...missing].map(
    ([word, count]) => `${count} titles are "${word}", which is taken for a missing title`,
  );
  return { read, warnings };
}

/** A title such as `<3` or `a < b` keeps its marks; one in whole elements loses them. */
function withoutTags(text: string | undefined): string | undefined {
  return text?.includes("</") ? withoutMarkup(text).replace(/\s+/g, " ").trim() : text;
}
