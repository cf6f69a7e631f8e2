import { expect, it } from "vitest";
import { DEFAULT_STUDY, type SystemConfig } from "./study-config.ts";
import { resultsPage, type StudyRecord } from "./study-results.ts";

const pageOf = (minutes: number, systems: SystemConfig[], more: Partial<StudyRecord> = {}) =>
  resultsPage(
    {
      ...{ format: 1, kind: "study", command: "isrf study compare", complete: true },
      ...{ datasets: [], choices: [], cells: [] },
      config: { ...DEFAULT_STUDY, minutes, systems },
      ...more,
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

it("names the protocol before there is a comparison, too", () => {
  expect(pageOf(0, [])).toContain("\n- protocol strict; seeds");
  const config = { ...DEFAULT_STUDY, systems: [], protocol: "paper" } as const;
  expect(pageOf(0, [], { config })).toContain("\n- protocol paper; seeds");
});

it("says of rows as public evaluators count which training each is", () => {
  const once = { hitRate: 0.5, ndcg: 0.25 };
  const row = { label: "pod", dataset: "shop", question: "sequential", once };
  const rows = [1, 2].map((seed) => ({ ...row, seed }));
  const page = pageOf(0, [], { publicRows: [...rows, { ...row, label: "popularity" }] });
  expect(page).toContain("| data | system | seed | question | once |");
  expect(page).toContain("| shop | pod | 2 | sequential | 0.5000 | 0.2500 |");
  expect(page).toContain("| shop | popularity |  | sequential | 0.5000 |");
  expect(pageOf(0, [], { publicRows: [row] })).toContain("| shop | pod | sequential | 0.5000 |");
});
