// Columns of a Parquet table, structs and lists of structs opened like those of JSON: `user.id`, `items.item_id`.
import { DuckDBListType, DuckDBStructType, type DuckDBType, DuckDBTypeId } from "@duckdb/node-api";
import { identifier } from "../duckdb.ts";

export interface ParquetField {
  readonly name: string;
  readonly type: DuckDBType;
  /** SQL of the value; of a list's element where `element` is set. */
  readonly value: string;
  /** SQL of one value of the list, from `element` on. */
  readonly element?: string | undefined;
  /** Name of that list. */
  readonly list?: string | undefined;
}

export interface ParquetFields {
  readonly fields: readonly ParquetField[];
  readonly nested: ReadonlyMap<string, readonly string[]>;
}

interface ListPlace {
  readonly value: string;
  readonly list: string;
}

export function parquetFields(columns: readonly string[], types: readonly DuckDBType[]): ParquetFields {
  const nested = new Map<string, readonly string[]>();
  const inside = (name: string, type: DuckDBType, value: string, list?: ListPlace): ParquetField[] => {
    const own = list === undefined ? { name, type, value } : { name, type, ...list, element: value };
    if (type instanceof DuckDBStructType) {
      const fields = type.entryNames.flatMap((entry, at) =>
        inside(`${name}.${entry}`, type.entryTypes[at]!, `${value}.${identifier(entry)}`, list),
      );
      nested.set(
        name,
        fields.map((field) => field.name),
      );
      return fields;
    }
    // A list inside of a list stays what it is.
    if (type instanceof DuckDBListType && list === undefined)
      return inside(name, type.valueType, "element", { value, list: name });
    return [own];
  };
  const names = new Set<string>();
  const fields = columns.flatMap((column, at) => inside(column, types[at]!, identifier(column)));
  const distinct = fields.filter(({ name }) => !names.has(name.toLowerCase()) && names.add(name.toLowerCase()));
  return { fields: distinct, nested };
}

/** SQL: `table` with those fields: of their types, or as texts, lists as a text, as texts, or as the first of them. */
export function parquetTable(
  table: string,
  fields: readonly ParquetField[],
  form: "typed" | "text" | "all" | "first",
): string {
  const columns = fields.map(({ name, value, element }) => {
    const cast = form === "typed" ? "" : "::VARCHAR";
    const list = `list_transform(${value}, lambda element: ${element}${cast})`;
    const sql =
      element === undefined
        ? `${value}${cast}`
        : { typed: list, text: `to_json(${list})::VARCHAR`, all: list, first: `(${list})[1]` }[form];
    return `${sql} AS ${identifier(name)}`;
  });
  return `(SELECT ${columns.join(", ")} FROM ${table})`;
}

export function parquetTypeWord({ type, element }: ParquetField): string {
  const word = type.typeId === DuckDBTypeId.SQLNULL ? "VARCHAR" : type.toString();
  return element === undefined ? word : `${word}[]`;
}
