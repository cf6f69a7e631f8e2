// What protocol `paper` prints below a table: counts of the public evaluators, and users apart by whether they leaked.
import type { SystemEvaluation, TaskEvaluation } from "./evaluation-record.ts";

/** Empty for strict results. */
export function publicLines({ systems }: TaskEvaluation): string[] {
  return systems.flatMap((system) => [...rawLine(system), ...(system.kind === "model" ? leakageLines(system) : [])]);
}

function rawLine({ name, raw }: SystemEvaluation): string[] {
  if (raw === undefined) return [];
  const { metrics, repeatedLists, filled } = raw;
  const values = Object.entries(metrics).map(([metric, value]) => `${metric} ${value.toFixed(4)}`);
  return [
    `${name}, raw, as public evaluators count (repeated hits count again): ${values.join(", ")}; ` +
      `${percent(repeatedLists)} of the lists hold an item twice, ${percent(filled)} of the places are random items`,
  ];
}

function leakageLines({ name, leakage }: SystemEvaluation): string[] {
  if (leakage === undefined) return [];
  const { leaked, clean } = leakage;
  const part = ({ users, metrics }: typeof leaked) =>
    `${users.toLocaleString("en-US")} users HR@10 ${metrics["HR@10"].toFixed(4)} NDCG@10 ${metrics["NDCG@10"].toFixed(4)}`;
  return [`${name}, pair with the answer in the training graph: ${part(leaked)}; not in it: ${part(clean)}`];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
