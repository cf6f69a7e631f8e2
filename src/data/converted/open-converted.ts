// The cells of a text file as they lie in Parquet, in the place of the file itself.
import { fileTable, identifier } from "../duckdb.ts";
import type { TableSource } from "../sources/table-source.ts";
import type { ConvertedTable } from "./table-card.ts";

/** @param original Opens the file itself, which alone knows where a record stands. */
export function openConverted(
  { card, text, typed, listed }: ConvertedTable,
  original: () => Promise<TableSource>,
): TableSource {
  const { name, kind, format, columns, blankLists, positions, form, omissions } = card;
  const lists = new Map(card.lists);
  const select = (path: string, names: readonly string[], cell: (at: number) => string) => {
    const cells = names.map((column) => `${cell(columns.indexOf(column))} AS ${identifier(column)}`);
    return `(SELECT ${cells.join(", ")} FROM ${fileTable("read_parquet", path)})`;
  };
  const texts = (names: readonly string[]) => select(text, names, (at) => `c${at}`);
  const isList = (at: number) => lists.has(columns[at]!);
  const listedTable: TableSource["listed"] = (names, take) => {
    if (listed === undefined) return texts(names);
    return select(listed, names, (at) => (take === "first" && isList(at) ? `(c${at})[1]` : `c${at}`));
  };
  let opened: Promise<TableSource> | undefined;
  return {
    files: [],
    name,
    kind,
    format,
    columns,
    blankLists,
    positions: positions?.map(({ written, name: own }) => ({ written, name: own })),
    lists: card.lists && lists,
    nested: card.nested && new Map(card.nested),
    sql: (isTyped = false) =>
      isTyped && typed !== undefined ? select(typed, columns, (at) => `c${at}::${card.typed![at]}`) : texts(columns),
    listed: kind === "json" ? listedTable : undefined,
    read: (query) => query(),
    place: async (ordinal) => {
      opened ??= original();
      return (await opened).place(ordinal);
    },
    types: async () => new Map(card.types),
    form,
    omissions,
  };
}
