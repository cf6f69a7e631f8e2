// Of a split dataset: whether training was given anything of what it was split off for.
import type { Dataset, TrainingView } from "../../data/index.ts";
import { checkAsked, checkColdItems, checkNewUsers } from "../../evaluation/index.ts";
import type { Asked } from "../evaluate/asked.ts";
import { type Finding, found, notMeasurable } from "./finding.ts";

const LISTS = [
  ["prefixes", "training sequences"],
  ["graph", "graph edges"],
  ["spared", "spared negatives"],
  ["explained", "pairs whose sentences are learnt"],
] as const;

/** Nothing for a dataset that was not split. */
export function heldOutLeaks(
  view: TrainingView | undefined,
  dataset: Dataset,
  { panel, coldItems, newUserIds = [] }: Asked,
): Finding[] {
  if (dataset.manifest.split === undefined) return [];
  if (view === undefined) return [notMeasurable("held-out", "the run stored no record of what training was given")];
  const lists = LISTS.flatMap(([name, what]) => {
    const given = view[name];
    return given === undefined ? [] : [[what, given] as const];
  });
  const checks = [
    checkNewUsers(newUserIds, new Set(dataset.users)),
    ...lists.map(([what, given]) => checkAsked(what, given, panel)),
    ...(coldItems === undefined ? [] : lists.map(([what, given]) => checkColdItems(what, given, coldItems))),
  ];
  const failed = checks.filter(({ verdict }) => verdict === "fail");
  const shown = failed.length > 0 ? failed : checks;
  return [
    found("held-out", failed.length > 0, shown.map(({ name, detail }) => `${name}: ${detail}`).join("; "), {
      checks: checks.length,
      failed: failed.length,
    }),
  ];
}
