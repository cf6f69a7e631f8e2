// A program of the product that runs as a process of its own: the built file, or the source through a loader.
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

export interface OwnProgram {
  readonly path: string;
  /** What Node is told before it. */
  readonly execArgv: readonly string[];
}

/**
 * @param name of the file beside the caller, without its ending
 * @param caller `import.meta.url` of whoever starts it
 */
export function ownProgram(name: string, caller: string): OwnProgram {
  if (!caller.endsWith(".ts")) return { path: fileURLToPath(new URL(`./${name}.js`, caller)), execArgv: [] };
  // By its whole address: the process may stand in a folder that has no loader.
  const loader = pathToFileURL(createRequire(caller).resolve("tsx")).href;
  return { path: fileURLToPath(new URL(`./${name}.ts`, caller)), execArgv: ["--import", loader] };
}
