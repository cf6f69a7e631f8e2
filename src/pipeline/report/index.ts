// The front door of the HTML report.
export { renderReport } from "./report.ts";
export type * from "./report-data.ts";
