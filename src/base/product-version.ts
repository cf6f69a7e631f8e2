import { readFileSync } from "node:fs";

let version: string | undefined;

/** The version in our own package.json, which lies two folders above both src/data and dist/data. */
export function productVersion(): string {
  if (version === undefined) {
    const file = new URL("../../package.json", import.meta.url);
    version = (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
  }
  return version;
}
