// The front door of small tables.
export { drawTable, type PlainTable, type TableCell, wholeCell } from "./table.ts";
