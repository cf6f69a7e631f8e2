// The breakdown of an evaluation as tables: what the lists show, and hits by what is known of users and items.
import Table from "cli-table3";
import { decimals } from "../../base/written-numbers.ts";
import type { BucketEvaluation, TaskEvaluation } from "./evaluation-record.ts";

const GROUPS: readonly BucketEvaluation["by"][] = ["user activity", "item popularity"];
const GROUP_TITLES = {
  "user activity": "HR@10 / NDCG@10 by training interactions of the user",
  "item popularity": "HR@10 / NDCG@10 by training interactions of the right answer (0 = cold)",
} as const;

/** Coverage, novelty and Gini coefficient of each system's lists. */
export function listTable({ task, systems }: TaskEvaluation): string {
  const shown = systems.flatMap(({ name, lists }) => (lists === undefined ? [] : [{ name, ...lists }]));
  const k = shown[0]?.k ?? 0;
  const table = rightAligned(["", `coverage@${k}`, `novelty@${k} (bits)`, `Gini@${k}`]);
  for (const { name, coverage, novelty, gini } of shown) {
    table.push([name, decimals(coverage), decimals(novelty, 2), decimals(gini)]);
  }
  const limits = task === "direct" ? " (among drawn candidates)" : "";
  return `what the lists show${limits}\n${table.toString()}`;
}

/** One table per group, one column per range. */
export function bucketTables({ systems }: TaskEvaluation): string[] {
  return GROUPS.map((by) => {
    const ranges = (systems[0]?.buckets ?? []).filter((bucket) => bucket.by === by);
    const table = rightAligned(["", ...ranges.map(({ label, users }) => `${label}\n${users} users`)]);
    for (const { name, buckets = [] } of systems) {
      const own = buckets.filter((bucket) => bucket.by === by);
      table.push([
        name,
        ...own.map(({ metrics }) => `${decimals(metrics["HR@10"])} / ${decimals(metrics["NDCG@10"])}`),
      ]);
    }
    return `${GROUP_TITLES[by]}\n${table.toString()}`;
  });
}

/** Without lines between rows. */
export function compactTable(head: readonly string[]): InstanceType<typeof Table> {
  return rightAligned(head, { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" });
}

function rightAligned(head: readonly string[], chars = {}): InstanceType<typeof Table> {
  return new Table({
    chars,
    head: [...head],
    colAligns: head.map((_, column) => (column === 0 ? "left" : "right")),
    style: { head: [], border: [] },
  });
}
