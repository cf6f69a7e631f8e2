import { didYouMean, UsageError } from "../../../base/errors.ts";

/** The table that the user names, or the only one. @throws UsageError that lists what there is */
export function chooseTable(
  named: string | undefined,
  tables: readonly string[],
  shown: string,
  flag: (table: string) => string,
): string {
  const listed = tables.slice(0, 20).join(", ") + (tables.length > 20 ? `, and ${tables.length - 20} more` : "");
  if (named !== undefined) {
    if (tables.includes(named)) return named;
    const near = didYouMean(named, tables);
    throw new UsageError(`${flag(named)}: ${shown} has no such table. It has ${listed || "none"}.${near}`);
  }
  if (tables.length === 1) return tables[0]!;
  if (tables.length === 0) throw new UsageError(`${shown}: the database has no tables.`);
  throw new UsageError(`${shown}: found ${tables.length} tables (${listed}). Say which: ${flag(tables[0]!)}.`);
}

/** Reading may not change anything: one SELECT, no second statement. @throws UsageError for others */
export function checkQuery(query: string, flag: string): string {
  const plain = query.trim().replace(/;\s*$/, "");
  const bare = plain.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g, " ");
  if (/^(select|with)\b/i.test(bare.trim()) && !bare.includes(";")) return plain;
  throw new UsageError(`${flag}: expected one SELECT, for example --query "SELECT user_id, item_id, at FROM sales".`);
}
