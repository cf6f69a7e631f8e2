// The version of the installed package, from its own package.json.
import { readFileSync } from "node:fs";

/** Such as "0.1.0". The path is the same from `src/cli` and from `dist/cli`. */
export function productVersion(): string {
  const content = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return content.version;
}
