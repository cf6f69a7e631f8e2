// Numbers as tables write them: which mark stands before the decimals is told by the whole column.

/** `.` or `,`: the mark before the decimals. */
export type Decimal = "." | ",";

/** SQL: `text` as a finite number, else NULL. DuckDB would take "nan" and "inf" for numbers. */
export function numberSql(text: string): string {
  return `(CASE WHEN isfinite(TRY_CAST(${text} AS DOUBLE)) THEN TRY_CAST(${text} AS DOUBLE) END)`;
}

/** Is a text with digits as 9, or 0 for the one before a mark, a number, in any of the ways below? */
export function isNumberMask(mask: string): boolean {
  return /^[-+−]?(9+|9{1,3}([.,’' ]999)+|(9*|0)[.,]9+|[09]+[.,]|9{1,3}([.,’' ]999)+[.,]9+)(e[-+]?9+)?$/i.test(
    unsigned(mask),
  );
}

/** `9-` is what SAP writes for -9, and `(9)` what bookkeepers do. */
const NEGATIVE = /^\((9[^()]*)\)$|^(9.*)-$/;

function unsigned(mask: string): string {
  const found = NEGATIVE.exec(mask);
  return found === null ? mask : (found[1] ?? found[2]!);
}

/**
 * The mark that `masks`, the numbers of a column with digits as 9, show; "unsure" where 1,234 may be either. A digit
 * before the mark that is 0 stands there as 0.
 */
export function decimalOf(masks: readonly string[]): Decimal | "unsure" {
  const bare = masks.map(unsigned);
  if (bare.some((mask) => /\..*,/.test(mask))) return ",";
  if (bare.some((mask) => /,.*\./.test(mask) || /,.*,/.test(mask))) return ".";
  const isThousands = (mask: string) => /^\D?9{1,3}[.,]999$/.test(mask);
  const commas = bare.filter((mask) => /^[^,]*,9*$/.test(mask));
  if (commas.length > 0) return commas.every(isThousands) ? "unsure" : ",";
  if (bare.some((mask) => /\..*\./.test(mask))) return ",";
  // 1.234 and 950 are thousands and hundreds as well as 1.234 and 950.
  const points = bare.filter((mask) => mask.includes("."));
  const hasWhole = bare.some((mask) => /^\D?9+$/.test(mask));
  return points.length > 0 && points.every(isThousands) && hasWhole ? "unsure" : ".";
}

/** SQL: `text` as a number whose decimals stand behind `decimal`; NULL for what is none. */
export function writtenNumberSql(text: string, decimal: Decimal, masks: readonly string[]): string {
  if (masks.some((mask) => NEGATIVE.test(mask))) {
    const negative = `regexp_matches(${text}, '^[(][0-9].*[)]$|^[0-9].*-$')`;
    const signed = `(CASE WHEN ${negative} THEN '-' || translate(${text}, '()-', '') ELSE ${text} END)`;
    return writtenNumberSql(signed, decimal, masks.map(unsigned));
  }
  if (masks.every((mask) => /^[-+]?([09]+\.?9*|\.9+)(e[-+]?9+)?$/i.test(mask))) {
    const isGrouped = decimal === "," && masks.some((mask) => mask.includes("."));
    if (!isGrouped) return numberSql(text);
  }
  // Marks of thousands are taken off where three digits follow each; elsewhere they make no number.
  const [group, mark] = decimal === "," ? [".’'' ", ","] : [",’'' ", "\\."];
  const isGroup = `regexp_full_match(${text}, '[-+−]?[0-9]{1,3}([${group}][0-9]{3})+(${mark}[0-9]+)?')`;
  const bare = `(CASE WHEN ${isGroup} THEN translate(${text}, '−${group}', '-') ELSE replace(${text}, '−', '-') END)`;
  return numberSql(decimal === "," ? `replace(${bare}, ',', '.')` : bare);
}
