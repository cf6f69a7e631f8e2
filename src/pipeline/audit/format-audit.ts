// An audit as lines for a terminal: the verdicts first, then what they rest on.
import { decimals } from "../../base/written-numbers.ts";
import { PAPER_BANNER } from "../../data/index.ts";
import type { RunAudit } from "./audit-run.ts";
import { LEAKS, type LeakVerdict } from "./finding.ts";

const WIDTH = { absent: "absent", present: "PRESENT", "not measurable": "unknown" } as const satisfies Record<
  LeakVerdict,
  string
>;

export function formatAudit({
  run,
  model,
  dataset,
  protocol,
  split,
  users,
  findings,
  leakage,
  leaks,
}: RunAudit): string {
  const head = [
    `${run}: ${model} on ${dataset}, protocol ${protocol}, ${split} items, ${users.toLocaleString("en-US")} users asked`,
    ...(protocol === "paper" ? [PAPER_BANNER] : []),
  ];
  const lines = findings.flatMap(({ leak, verdict, reason }) => [
    `${WIDTH[verdict].padEnd(8)} ${leak.padEnd(8)} ${LEAKS[leak]}`,
    `${" ".repeat(18)}${reason}`,
  ]);
  const parts = leakage.map(({ question, leaked, clean }) => {
    const part = ({ users: count, metrics }: typeof leaked) =>
      `${count.toLocaleString("en-US")} users, HR@10 ${decimals(metrics["HR@10"])}, NDCG@10 ${decimals(metrics["NDCG@10"])}`;
    return `${question}: pair in the training graph: ${part(leaked)}; not in it: ${part(clean)}`;
  });
  const unknown = findings.filter(({ verdict }) => verdict === "not measurable").length;
  const tail = `${leaks} present, ${findings.length - leaks - unknown} absent, ${unknown} not measurable`;
  return [...head, "", ...lines, ...(parts.length > 0 ? ["", ...parts] : []), "", tail].join("\n");
}
