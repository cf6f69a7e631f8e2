// Numbers as tables write them: which mark stands before the decimals is told by the whole column.

/** `.` or `,`: the mark before the decimals. */
export type Decimal = "." | ",";

/** SQL: `text` as a finite number, else NULL. DuckDB would take "nan" and "inf" for numbers. */
export function numberSql(text: string): string {
  return `(CASE WHEN isfinite(TRY_CAST(${text} AS DOUBLE)) THEN TRY_CAST(${text} AS DOUBLE) END)`;
}

/** Is a text with digits as 9 a number, in any of the ways below? */
export function isNumberMask(mask: string): boolean {
  return /^[-+−]?(9+|9{1,3}([.,’' ]999)+|9*[.,]9+|9+[.,]|9{1,3}([.,’' ]999)+[.,]9+)(e[-+]?9+)?$/i.test(mask);
}

/** The mark that `masks`, the numbers of a column with digits as 9, show; "unsure" where 1,234 may be either. */
export function decimalOf(masks: readonly string[]): Decimal | "unsure" {
  const isComma = (mask: string) => /^[^,]*,9*$/.test(mask);
  if (masks.some((mask) => /\..*,/.test(mask))) return ",";
  if (masks.some((mask) => /,.*\./.test(mask) || /,.*,/.test(mask))) return ".";
  const commas = masks.filter(isComma);
  if (commas.length === 0) return ".";
  return commas.every((mask) => /^\D?9{1,3},999$/.test(mask)) ? "unsure" : ",";
}

/** SQL: `text` as a number whose decimals stand behind `decimal`; NULL for what is none. */
export function writtenNumberSql(text: string, decimal: Decimal, masks: readonly string[]): string {
  if (masks.every((mask) => /^[-+]?(9+\.?9*|\.9+)(e[-+]?9+)?$/i.test(mask))) {
    const isGrouped = decimal === "," && masks.some((mask) => mask.includes("."));
    if (!isGrouped) return numberSql(text);
  }
  // Marks of thousands are taken off where three digits follow each; elsewhere they make no number.
  const [group, mark] = decimal === "," ? [".’'' ", ","] : [",’'' ", "\\."];
  const isGroup = `regexp_full_match(${text}, '[-+−]?[0-9]{1,3}([${group}][0-9]{3})+(${mark}[0-9]+)?')`;
  const bare = `(CASE WHEN ${isGroup} THEN translate(${text}, '−${group}', '-') ELSE replace(${text}, '−', '-') END)`;
  return numberSql(decimal === "," ? `replace(${bare}, ',', '.')` : bare);
}
