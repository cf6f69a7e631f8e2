// The front door of reasoning by workers.
export { type ReasoningPlan, reasonByWorkers, type WorkersOptions } from "./by-workers.ts";
