// The front door of the demo.
export { type BothTasks, type DemoOptions, type DemoResult, demo, type PlainMetrics } from "./demo.ts";
