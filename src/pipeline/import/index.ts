export { type ImportDataOptions, importData } from "./import-data.ts";
