// Numbers as tables write them.

/** SQL: `text` as a finite number, else NULL. DuckDB would take "nan" and "inf" for numbers. */
export function numberSql(text: string): string {
  return `(CASE WHEN isfinite(TRY_CAST(${text} AS DOUBLE)) THEN TRY_CAST(${text} AS DOUBLE) END)`;
}
