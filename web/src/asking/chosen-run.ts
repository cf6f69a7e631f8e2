// Of several runs that are served, the one that the pages ask. It lives as long as the tab.
import { signal } from "@preact/signals";
import type { OperationName } from "./server.ts";
import { recall, remember } from "./storage.ts";

const PLACE = "isrf-run";

/** undefined: the server's own choice. */
export const chosenRun = signal<string | undefined>(recall("sessionStorage", PLACE));

export function chooseRun(name: string | undefined): void {
  remember("sessionStorage", PLACE, name);
  chosenRun.value = name;
}

/** The chosen run where it is among those that are served; one that is served no more would be refused for ever. */
export function servedChoice(chosen: string | undefined, served: readonly string[]): string | undefined {
  return chosen !== undefined && served.includes(chosen) ? chosen : undefined;
}

/** Operations that can be asked of one run. */
const ASKED_OF_A_RUN: ReadonlySet<OperationName> = new Set([
  "recommend",
  "rank",
  "explain",
  "items",
  "item",
  "similarItems",
  "users",
  "user",
  "segments",
  "segment",
  "popular",
  "trending",
  "chains",
  "editChain",
  "askChain",
  "dataset",
] satisfies OperationName[]);

/** The input with the chosen run, where it belongs there and none is named. */
export function ofChosenRun<Input extends object>(name: OperationName, input: Input): Input {
  const run = chosenRun.value;
  return run === undefined || "run" in input || !ASKED_OF_A_RUN.has(name) ? input : { ...input, run };
}
