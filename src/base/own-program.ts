// A program of the product that runs as a process of its own: the built file, or the source through a loader.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { codeFile, IS_BUILT } from "./product-files.ts";

/** Paths below src, without their ending. The build makes a file of each. */
export const OWN_PROGRAMS = [
  "pipeline/helpers/helper-process",
  "pipeline/study/apart/training-process",
  "pipeline/train/apart/part-process",
  "pipeline/work/worker-process",
] as const;

export interface OwnProgram {
  readonly path: string;
  /** What Node is told before it. */
  readonly execArgv: readonly string[];
}

/** What the user told Node of memory holds for our other processes as well. */
function heapOptions(): string[] {
  return process.execArgv.filter((word) => /^--max[-_](old|semi)[-_]space[-_]size=/.test(word));
}

export function ownProgram(name: (typeof OWN_PROGRAMS)[number]): OwnProgram {
  if (IS_BUILT) return { path: codeFile(`${name}.js`), execArgv: heapOptions() };
  // By its whole address: the process may stand in a folder that has no loader.
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  return { path: codeFile(`${name}.ts`), execArgv: ["--import", loader, ...heapOptions()] };
}
