import { readFileSync } from "node:fs";
import { packageFile } from "./product-files.ts";

let version: string | undefined;

/** The version in our own package.json. */
export function productVersion(): string {
  version ??= (JSON.parse(readFileSync(packageFile("package.json"), "utf8")) as { version: string }).version;
  return version;
}
