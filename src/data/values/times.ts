// Times as tables write them.
import { numberSql } from "./numbers.ts";

/** SQL: `text` as a number, or as a date in seconds since 1970; NULL for neither. */
export function timeSql(text: string): string {
  return `COALESCE(${numberSql(text)}, epoch(TRY_CAST(${text} AS TIMESTAMP)))`;
}

/** Times above the year 5000 in seconds are milliseconds or microseconds (Amazon 2023 counts milliseconds). */
export function secondsPerUnit(times: Float64Array): number {
  let latest = 0;
  for (const time of times) if (time > latest) latest = time;
  return latest > 1e14 ? 1e-6 : latest > 1e11 ? 1e-3 : 1;
}
