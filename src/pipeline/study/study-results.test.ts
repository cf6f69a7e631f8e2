import { expect, it } from "vitest";
import { DEFAULT_STUDY, type SystemConfig } from "./study-config.ts";
import { resultsPage } from "./study-results.ts";

const pageOf = (minutes: number, systems: SystemConfig[]) =>
  resultsPage(
    {
      ...{ format: 1, kind: "study", command: "isrf study compare", complete: true },
      ...{ datasets: [], choices: [], cells: [] },
      config: { ...DEFAULT_STUDY, minutes, systems },
    },
    undefined,
  );

it("says whom the limit of time holds, and whose limit is another", () => {
  const systems: SystemConfig[] = [
    { model: "isrf", set: { maxMinutes: 0 } },
    { model: "pod", label: "pod-long", set: {}, grid: [{ maxMinutes: 0 }, { maxMinutes: 0 }] },
    { model: "hgn", set: { maxMinutes: 9 } },
    { model: "caser", set: { maxMinutes: 4 } },
    { model: "sasrec", set: {} },
  ];
  expect(pageOf(4, systems)).toContain(
    "- at most 4 minutes of a training's epochs; without a limit: isrf, pod-long; at most 9: hgn\n",
  );
  expect(pageOf(4, systems.slice(3))).toContain("- at most 4 minutes of a training's epochs\n");
  expect(pageOf(0, systems)).not.toContain("minutes of");
});
