// The front door of studies.
export type { Estimate } from "./costs.ts";
export { estimateStudy, runStudy, type StudyResult } from "./study.ts";
export { DEFAULT_STUDY, readDataset, readSystem } from "./study-config.ts";
