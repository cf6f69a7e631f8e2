// Which columns of a review file say who, what, the sentence, its feature, the rating and the part of a split.
import { InputError } from "../../base/errors.ts";
import { guessColumn } from "../columns/candidates.ts";
import type { TableSource } from "../sources/table-source.ts";

export interface ExplanationColumns {
  readonly user: string;
  readonly item: string;
  readonly sentence: string;
  readonly feature?: string | undefined;
  readonly rating?: string | undefined;
  readonly part?: string | undefined;
}

/** Names of columns without case, points and underscores, the likeliest first. */
const NAMES = {
  user: ["user", "userid", "reviewerid", "customer", "customerid"],
  item: ["item", "itemid", "asin", "parentasin", "product", "productid", "sku"],
  sentence: ["sentence", "explanation", "text", "review", "reviewtext", "comment"],
  feature: ["feature", "aspect", "keyword"],
  rating: ["rating", "overall", "stars", "score"],
  part: ["split", "part", "subset", "fold"],
} as const;

/** @throws InputError that lists the columns and what is looked for. */
export function explanationColumns(source: Pick<TableSource, "name" | "columns">): ExplanationColumns {
  const { columns } = source;
  const named = (role: keyof typeof NAMES) =>
    NAMES[role].flatMap((word) => columns.filter((name) => plain(name) === word))[0];
  const user = named("user") ?? guessColumn("user", columns);
  const item = named("item") ?? guessColumn("item", columns);
  const sentence = named("sentence");
  if (user === undefined) throw missing(source, "user");
  if (item === undefined) throw missing(source, "item");
  if (sentence === undefined) throw missing(source, "sentence");
  return { user, item, sentence, feature: named("feature"), rating: named("rating"), part: named("part") };
}

const plain = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

function missing({ name, columns }: Pick<TableSource, "name" | "columns">, role: "user" | "item" | "sentence") {
  return new InputError({
    where: name,
    found: `no column of the ${role} among ${columns.join(", ")}`,
    expected: `one of ${NAMES[role].join(", ")}`,
    todo: "Rename it, or name all columns in their order: --columns explanations=user,item,sentence,feature,rating.",
  });
}
