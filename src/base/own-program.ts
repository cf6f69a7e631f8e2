// A program of the product that runs as a process of its own: the built file, or the source through a loader.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { codeFile, IS_BUILT } from "./product-files.ts";

export interface OwnProgram {
  readonly path: string;
  /** What Node is told before it. */
  readonly execArgv: readonly string[];
}

/** @param name its path below src, without its ending; scripts/bundle.ts lists it, too */
export function ownProgram(name: string): OwnProgram {
  if (IS_BUILT) return { path: codeFile(`${name}.js`), execArgv: [] };
  // By its whole address: the process may stand in a folder that has no loader.
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  return { path: codeFile(`${name}.ts`), execArgv: ["--import", loader] };
}
