// The front door of case studies.
export { writeCase } from "./case-page.ts";
export type { CaseList, CaseRecord } from "./case-record.ts";
export { type CaseOptions, caseStudy } from "./case-study.ts";
