// Every case by its name, in the order in which they run.
import type { BenchCase } from "./case.ts";
import { epochCases } from "./epoch.ts";
import { itemSoftmaxCase } from "./item-softmax.ts";
import { lightGcnCase } from "./light-gcn.ts";
import { miniCase } from "./mini.ts";
import { pcaCase } from "./pca.ts";
import { similarUsersCase } from "./similar-users.ts";
import { t5SmallCase } from "./t5-small.ts";

export const CASES: readonly BenchCase[] = [
  miniCase("sequential"),
  miniCase("direct"),
  t5SmallCase(64, 96, 6),
  t5SmallCase(8, 560, 4),
  lightGcnCase(64),
  lightGcnCase(512),
  itemSoftmaxCase,
  similarUsersCase,
  pcaCase,
  ...epochCases,
];

/** @throws Error for an unknown name, with the known ones. */
export function caseNamed(name: string): BenchCase {
  const found = CASES.find((c) => c.name === name);
  if (found === undefined) throw new Error(`case ${name}: expected one of ${CASES.map((c) => c.name).join(", ")}`);
  return found;
}
