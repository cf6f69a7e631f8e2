// Whether what `npm run build` made is of these sources.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The built command. */
export const BUILT = join(ROOT, "dist", "cli", "main.js");

/** Whether what is built is no older than any source: then tests start that, in a fraction of the time. */
export function isBuilt(): boolean {
  const built = statSync(BUILT, { throwIfNoEntry: false });
  if (built === undefined) return false;
  const sources = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" });
  const all = [...sources.map((name) => join("src", name)), join("scripts", "bundle.ts"), "package-lock.json"];
  return all.every((path) => statSync(join(ROOT, path)).mtimeMs <= built.mtimeMs);
}
