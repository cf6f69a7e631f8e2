// The front door of studies.

export { costTables } from "./cost-table.ts";
export type { Estimate } from "./costs.ts";
export { hasChains, prepareDataset } from "./datasets.ts";
export { ablationDesign } from "./designs/ablation.ts";
export { costDesign } from "./designs/cost.ts";
export type { StudyDesign } from "./designs/design.ts";
export { withoutRepeats } from "./designs/distinct-rows.ts";
export { following } from "./designs/forms.ts";
export { mainDesign } from "./designs/main.ts";
export { printedTables } from "./designs/printed.ts";
export { sweepDesign } from "./designs/sweep.ts";
export { variantsDesign } from "./designs/variants.ts";
export { rowWords } from "./row-words.ts";
export { estimateStudy, runStudy, type StudyOptions, type StudyResult } from "./study.ts";
export { DEFAULT_STUDY, readDataset, readSystem } from "./study-config.ts";
export { readStudyRecord } from "./study-results.ts";
export { vectorTable } from "./vector-table.ts";
