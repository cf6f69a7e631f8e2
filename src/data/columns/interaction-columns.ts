// Which columns of the interactions table carry whom, what, when and how much.
import { UsageError } from "../../base/errors.ts";
import type { TableSource } from "../sources/table-source.ts";
import { findColumn, guessColumn, requireColumn } from "./known-columns.ts";

export interface InteractionColumns {
  readonly user: string;
  readonly item: string;
  readonly timestamp?: string | undefined;
  readonly rating?: string | undefined;
}

/** Column names as the user gave them; by default recognised. */
export interface ColumnOptions {
  readonly user?: string | undefined;
  readonly item?: string | undefined;
  readonly timestamp?: string | undefined;
  readonly rating?: string | undefined;
}

export function chooseColumns(
  source: TableSource,
  options: ColumnOptions & { readonly minRating?: number | undefined },
): InteractionColumns {
  const { name: file, columns } = source;
  const optional = (meaning: "timestamp" | "rating") => {
    const named = options[meaning];
    return named === undefined ? guessColumn(meaning, columns) : requireColumn(named, `--${meaning}`, columns, file);
  };
  const timestamp = optional("timestamp");
  const rating = optional("rating");
  if (options.minRating !== undefined && rating === undefined) {
    throw new UsageError(`--min-rating: ${file} has no recognised rating column. Name it with --rating.`);
  }
  return {
    user: findColumn("user", options.user, "--user", columns, file),
    item: findColumn("item", options.item, "--item", columns, file),
    timestamp,
    rating,
  };
}
