// The front door of the one command from files to answers.
export { type FirstRunOptions, type FirstRunResult, firstRun } from "./first-run.ts";
export type { NextCommand } from "./next-commands.ts";
export type { Scored, Verdict } from "./verdict.ts";
