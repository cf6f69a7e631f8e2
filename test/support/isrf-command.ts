// The command line as a process of its own, for tests that kill it or read its streams.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const BUILT = join(ROOT, "dist", "cli", "main.js");

/** Whether what is built is no older than any source. */
function isBuilt(): boolean {
  const built = statSync(BUILT, { throwIfNoEntry: false });
  if (built === undefined) return false;
  const sources = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" });
  return sources.every((name) => statSync(join(ROOT, "src", name)).mtimeMs <= built.mtimeMs);
}

/**
 * What stands behind `node`: the built command where it is of these sources, as in `npm test`, since it starts in half
 * the time; else the sources through a loader.
 */
export const ISRF: readonly string[] = isBuilt()
  ? [BUILT]
  : ["--import", import.meta.resolve("tsx"), join(ROOT, "src", "cli", "main.ts")];
