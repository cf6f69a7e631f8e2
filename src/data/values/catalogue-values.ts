// Catalogue cells as shops write them - texts, lists, Python lists, prices with a currency - made plain.

const EMPTY_WORDS = new Set(["", "unknown", "nan", "none", "null", "n/a", "[]"]);
const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
};

/** Text with entities decoded and white space collapsed; lists are joined. Undefined for what says nothing. */
export function plainText(value: unknown): string | undefined {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return plainText(value.map(plainText).filter(Boolean).join(" "));
  if (typeof value !== "string") return undefined;
  const text = decodeEntities(value).replace(/\s+/g, " ").trim();
  return EMPTY_WORDS.has(text.toLowerCase()) ? undefined : text;
}

function decodeEntities(text: string): string {
  return text.replace(/&(#x?[0-9a-f]+|[a-z]+);/gi, (whole, name: string) => {
    if (!name.startsWith("#")) return ENTITIES[name.toLowerCase()] ?? whole;
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** The first number of `"$1,299.00 - $1,499.00"`; undefined when there is none or it is negative. */
export function price(value: unknown): number | undefined {
  const text = typeof value === "number" ? String(value) : typeof value === "string" ? value : "";
  const match = /-?[0-9][0-9,]*(\.[0-9]+)?/.exec(text);
  const number = match === null ? Number.NaN : Number(match[0].replaceAll(",", ""));
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

/**
 * A category path, widest first: a list, the first of several lists (Amazon 2014), a JSON or Python list in a text, or
 * a text split at `>`, `|`, `;`, else at commas.
 */
export function categoryPath(value: unknown): string[] {
  if (Array.isArray(value)) {
    const path = Array.isArray(value[0]) ? (value[0] as unknown[]) : value;
    return path.map(plainText).filter((part) => part !== undefined);
  }
  if (typeof value !== "string") return [];
  const text = value.trim();
  const quoted = text.startsWith("[") || /^'.*'$/.test(text) ? [...text.matchAll(/'([^']*)'|"([^"]*)"/g)] : [];
  const parts = quoted.length > 0 ? quoted.map((match) => match[1] ?? match[2]) : text.split(separatorOf(text));
  return parts.map(plainText).filter((part) => part !== undefined);
}

function separatorOf(text: string): string {
  return [">", "|", ";"].find((separator) => text.includes(separator)) ?? ",";
}
