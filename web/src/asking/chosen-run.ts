// Of several runs that are served, the one that the pages ask. It lives as long as the tab.
import { signal } from "@preact/signals";
import type { OperationName } from "./server.ts";

const PLACE = "isrf-run";

/** undefined: the server's own choice. */
export const chosenRun = signal<string | undefined>(sessionStorage.getItem(PLACE) ?? undefined);

export function chooseRun(name: string | undefined): void {
  if (name === undefined) sessionStorage.removeItem(PLACE);
  else sessionStorage.setItem(PLACE, name);
  chosenRun.value = name;
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
