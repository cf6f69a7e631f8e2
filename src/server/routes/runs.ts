// The runs that are served.
import { curvesOf } from "../browsing/curves.ts";
import { runPage, runSummary } from "../browsing/runs.ts";
import { directoryOf } from "../browsing/trainings.ts";
import type { Services } from "../services.ts";
import type { Handlers } from "./handler.ts";

export function runHandlers({ runs, store }: Services): Handlers<"runs" | "run" | "curves" | "swapRun"> {
  return {
    runs: async () => ({ runs: await Promise.all(runs.all.map((run) => runSummary(run, runs, store))) }),
    run: ({ name }) => runPage(runs.named(name), runs, store),
    curves: async ({ name }) => curvesOf(await directoryOf(runs.all, name)),
    swapRun: ({ name, directory }) => runs.swap(name, directory),
  };
}
