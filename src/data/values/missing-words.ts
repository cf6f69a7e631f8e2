// Words that stand for no value: what databases, spreadsheets and data frames write where a cell is empty.
import { literal } from "../duckdb.ts";

/** In lower case. */
export const MISSING_WORDS: readonly string[] = [
  "",
  "null",
  "nan",
  "none",
  "na",
  "n/a",
  "\\n",
  "undefined",
  "nil",
  "nat",
  "#n/a",
  "#na",
  "#null!",
  "#value!",
  "#ref!",
  "(null)",
  "<null>",
  "<na>",
  "[null]",
  "(not set)",
  "(none)",
  "-",
  "--",
];

/** Words for people who are not known, in lower case: they are ids where they have no more rows than others. */
export const GUEST_WORDS: readonly string[] = [
  "guest",
  "guests",
  "anonymous",
  "anon",
  "unknown",
  "visitor",
  "nobody",
  "not logged in",
  "not_logged_in",
  "gast",
  "anonym",
  "unbekannt",
  "invité",
  "invite",
  "anonyme",
  "inconnu",
  "invitado",
  "anonimo",
  "anónimo",
];

/** SQL: does `text` say that there is no value? */
export function isMissingSql(text: string): string {
  return `(${text} IS NULL OR lower(${text}) IN (${MISSING_WORDS.map(literal).join(", ")}))`;
}
