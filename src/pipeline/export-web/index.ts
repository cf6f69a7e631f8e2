// The front door of exports to the browser.
export { type ExportedWeb, type ExportWebOptions, exportWeb } from "./export-web.ts";
export { findRuntime, type Runtime, runtimeFile } from "./runtime-files.ts";
