// Columns of a table of JSON objects: fields, fields of objects inside of them (`user.id`), and fields of the objects
// of a list (`items.item_id`), of which one record has several.
import { identifier, literal } from "../../duckdb.ts";

/** Types as JSON has them, `UBIGINT` to `OBJECT`, with the number of values. */
export type TypeCounts = ReadonlyMap<string, number>;

export interface JsonField {
  /** As messages and options call it. */
  readonly name: string;
  /** Keys from the record on. */
  readonly keys: readonly string[];
  /** Keys from each element of the list at `keys` on. */
  readonly leaf?: readonly string[] | undefined;
  /** Whether a record has a list of values. */
  readonly isList: boolean;
  readonly types: TypeCounts;
}

/** The first records of a long array of numbers say what it holds. */
export const ELEMENTS_LOOKED_AT = 100;

/** JSON pointer, in SQL. */
export function pointer(keys: readonly string[]): string {
  return literal(keys.map((key) => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`).join(""));
}

/** SQL: the JSON value `json` as JSON[]; one that is no array is a list of itself, an absent one NULL. */
export function elementsSql(json: string): string {
  return `(CASE json_type(${json}) WHEN 'ARRAY' THEN ${json}::JSON[] WHEN 'NULL' THEN NULL ELSE [${json}] END)`;
}

/** What becomes of lists: JSON, its text, lists of texts, or the first text. */
export type ListForm = "json" | "text" | "all" | "first";

/**
 * SQL: a table of `fields` from `objects`, a table of one column `json`: texts, or JSON where `form` says so. Each
 * record is parsed once, however many fields are asked for.
 */
export function fieldsTable(objects: string, fields: readonly JsonField[], form: ListForm): string {
  const isWhole = ({ isList, leaf }: JsonField) =>
    !isList || (leaf === undefined && (form === "json" || form === "text"));
  const whole = fields.filter(isWhole);
  const lists = fields.filter((field) => !isWhole(field));
  const extract = form === "json" ? "json_extract" : "json_extract_string";
  const values = `${extract}(json, [${whole.map(({ keys }) => pointer(keys)).join(", ")}]) AS whole`;
  const holders = lists.map(({ keys }, k) => `json_extract(json, ${pointer(keys)}) AS list_${k}`);
  const columns = fields.map((field) => {
    const at = lists.indexOf(field);
    const sql = at === -1 ? `whole[${whole.indexOf(field) + 1}]` : listSql(`list_${at}`, field.leaf, form);
    return `${sql} AS ${identifier(field.name)}`;
  });
  return `(SELECT ${columns.join(", ")} FROM (SELECT ${[values, ...holders].join(", ")} FROM ${objects}))`;
}

function listSql(list: string, leaf: readonly string[] | undefined, form: ListForm): string {
  const path = leaf === undefined ? "'$'" : pointer(leaf);
  const extract = form === "all" || form === "first" ? "json_extract_string" : "json_extract";
  const values = `list_transform(${elementsSql(list)}, lambda element: ${extract}(element, ${path}))`;
  return { json: values, text: `to_json(${values})::VARCHAR`, all: values, first: `(${values})[1]` }[form];
}

/** SQL type in the words of `data inspect`. */
export function typeWord({ types, isList }: JsonField): string {
  const words = new Set([...types.keys()].filter((type) => type !== "NULL").map((type) => PLAIN_TYPES[type] ?? type));
  if (isList) words.delete("ARRAY");
  if (words.has("DOUBLE")) words.delete("BIGINT");
  const word = words.size === 0 ? "VARCHAR" : words.size === 1 ? [...words][0]! : "JSON";
  return isList ? `${word}[]` : word;
}

const PLAIN_TYPES: Readonly<Record<string, string>> = { UBIGINT: "BIGINT", ARRAY: "JSON", OBJECT: "JSON" };
