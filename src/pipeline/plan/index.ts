// What a shop of some size takes, and how its schedule goes.
export { type Plan, plan } from "./plan.ts";
export { type PlanSettings, planSettings } from "./settings.ts";
export { type Schedule, type Simulated, simulate } from "./simulate.ts";
export type { Basis, PlannedStage } from "./stage.ts";
