import type { Report } from "../../base/progress.ts";

/** Of what the stages of a chain tell: how far they are, and warnings. One line for each comes from the ledger. */
export function stepsAlone(report: Report): Report {
  return (event) => {
    if (event.kind === "warning") report(event);
    if (event.kind === "step") report({ ...event, note: undefined, isPart: true });
  };
}
