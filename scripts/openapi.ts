// Writes docs/json/openapi.json, the document that `isrf serve` gives at /openapi.json.
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { writeFileAtomic } from "../src/base/files.ts";
import { openApiDocument } from "../src/server/openapi.ts";

export const OPENAPI_FILE = join(import.meta.dirname, "../docs/json/openapi.json");

export function openApiText(): string {
  return `${JSON.stringify(openApiDocument(), null, 2)}\n`;
}

if (import.meta.url === pathToFileURL(resolve(process.argv[1] ?? "")).href)
  await writeFileAtomic(OPENAPI_FILE, openApiText());
