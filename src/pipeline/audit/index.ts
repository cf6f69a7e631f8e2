// The front door of audits: of a dataset, of a run, and controls that must fall to chance.
export { auditData, type DataAudit } from "./audit-data.ts";
export { AUDIT, type AuditRunOptions, audit, type RunAudit } from "./audit-run.ts";
export { type ControlRunOptions, evaluateUnderControl, formatControl } from "./control-run.ts";
export type { Control, ControlEvaluation, ControlResult } from "./controls.ts";
export type { Finding, LeakName, LeakVerdict } from "./finding.ts";
export { formatAudit } from "./format-audit.ts";
