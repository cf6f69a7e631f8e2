// Which column means what: by the user's word, else by the names that shops and public datasets commonly use.
import { didYouMean, UsageError } from "../../base/errors.ts";
import type { Meaning } from "./meanings.ts";

/** Names are compared without case and punctuation: `Reviewer_ID` is `reviewerid`. Earlier names win. */
const KNOWN_NAMES = {
  user: ["userid", "user", "reviewerid", "customerid", "customer", "visitorid", "sessionid", "uid"],
  item: ["itemid", "item", "parentasin", "asin", "productid", "product", "sku", "movieid", "iid", "id"],
  timestamp: [
    "timestamp",
    "unixreviewtime",
    "time",
    "ts",
    "datetime",
    "eventtime",
    "createdat",
    "sorttimestamp",
    "date",
  ],
  rating: ["rating", "overall", "score", "stars"],
  title: ["title", "name", "itemname", "productname", "movietitle"],
  brand: ["brand", "store", "manufacturer", "brandname"],
  price: ["price"],
  categories: ["categories", "category", "categorypath", "genres", "genre", "class"],
  mainCategory: ["maincategory", "maincat", "department"],
  description: ["description", "desc"],
  features: ["features", "feature"],
} as const satisfies Partial<Record<Meaning, readonly string[]>>;

/** The column of `columns` that carries `meaning`, by its usual names; undefined when there is none. */
export function guessColumn(meaning: Meaning, columns: readonly string[]): string | undefined {
  const plain = columns.map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ""));
  for (const known of (KNOWN_NAMES as Partial<Record<Meaning, readonly string[]>>)[meaning] ?? []) {
    const index = plain.indexOf(known);
    if (index !== -1) return columns[index];
  }
  return undefined;
}

/** @throws UsageError when the named column is absent; it lists the columns and the nearest. */
export function requireColumn(name: string, flag: string, columns: readonly string[], file: string): string {
  if (columns.includes(name)) return name;
  const known = columns.join(", ");
  throw new UsageError(`${flag} ${name}: ${file} has no such column. It has ${known}.${didYouMean(name, columns)}`);
}

/** The named column, else the guessed one. @throws UsageError when neither exists. */
export function findColumn(
  meaning: "user" | "item",
  named: string | undefined,
  flag: string,
  columns: readonly string[],
  file: string,
): string {
  if (named !== undefined) return requireColumn(named, flag, columns, file);
  const guess = guessColumn(meaning, columns);
  if (guess !== undefined) return guess;
  throw new UsageError(
    `${file}: none of the columns ${columns.join(", ")} is recognised as the ${meaning} id. Name it with ${flag}.`,
  );
}
