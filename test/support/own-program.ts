// Stands for src/base/own-program.ts in tests (vitest.config.ts): where what is built is of these sources, as in
// `npm test`, it is that which they start as processes, in a seventh of the time that sources take through a loader.
import { join } from "node:path";
import * as sources from "../../src/base/own-program.ts";
import { isBuilt, ROOT } from "./built.ts";

export type { OwnProgram } from "../../src/base/own-program.ts";

const STARTS_BUILT = isBuilt();

export function ownProgram(name: Parameters<typeof sources.ownProgram>[0]): sources.OwnProgram {
  return STARTS_BUILT ? { path: join(ROOT, "dist", `${name}.js`), execArgv: [] } : sources.ownProgram(name);
}
