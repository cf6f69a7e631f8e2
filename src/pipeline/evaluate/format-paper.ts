// What protocol `paper` prints below a table: counts of the public evaluators, and users apart by whether they leaked.
import { decimals, percent } from "../../base/written-numbers.ts";
import type { SystemEvaluation, TaskEvaluation } from "./evaluation-record.ts";

/** Empty for strict results. */
export function publicLines({ systems }: TaskEvaluation): string[] {
  return systems.flatMap((system) => [...rawLine(system), ...(system.kind === "model" ? leakageLines(system) : [])]);
}

function rawLine({ name, raw }: SystemEvaluation): string[] {
  if (raw === undefined) return [];
  const { metrics, repeatedLists, filled } = raw;
  const values = Object.entries(metrics).map(([metric, value]) => `${metric} ${decimals(value)}`);
  return [
    `${name}, raw, as public evaluators count (repeated hits count again): ${values.join(", ")}; ` +
      `${percent(repeatedLists)} of the lists hold an item twice, ${percent(filled)} of the places are random items`,
  ];
}

function leakageLines({ name, leakage }: SystemEvaluation): string[] {
  if (leakage === undefined) return [];
  const { leaked, clean } = leakage;
  const part = ({ users, metrics }: typeof leaked) =>
    `${users.toLocaleString("en-US")} users HR@10 ${decimals(metrics["HR@10"])} NDCG@10 ${decimals(metrics["NDCG@10"])}`;
  return [`${name}, pair with the answer in the training graph: ${part(leaked)}; not in it: ${part(clean)}`];
}
