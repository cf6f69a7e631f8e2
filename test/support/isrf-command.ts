// The command line as a process of its own, for tests that kill it or read its streams.
import { join } from "node:path";
import { BUILT, isBuilt, ROOT } from "./built.ts";

/**
 * What stands behind `node`: the built command where it is of these sources, as in `npm test`, since it starts in half
 * the time; else the sources through a loader.
 */
export const ISRF: readonly string[] = isBuilt()
  ? [BUILT]
  : ["--import", import.meta.resolve("tsx"), join(ROOT, "src", "cli", "main.ts")];
