import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { DEFAULT_STUDY, readSystem } from "../../src/pipeline/study/study-config.ts";
import { planSystems } from "../../src/pipeline/study/study-plan.ts";

const FILE = fileURLToPath(new URL("../../examples/study-beauty.yaml", import.meta.url));

it("examples/study-beauty.yaml plans two trials for each of ten systems, within its time limit", async () => {
  const { "study-compare": given } = parse(await readFile(FILE, "utf8")) as {
    "study-compare": Record<string, unknown>;
  };
  const systems = (given.systems as unknown[]).map(readSystem);
  const planned = planSystems({ ...DEFAULT_STUDY, ...given, systems });
  expect(planned).toHaveLength(10);
  for (const { resolved } of planned) {
    expect(resolved.map(({ learningRate }) => learningRate)).toEqual([0.001, 0.003]);
    expect(resolved[0]).toMatchObject({ maxMinutes: 4, validationUsers: 4000, patience: 4 });
  }
});

it("the study without a settings file plans its three systems", () => {
  expect(planSystems(DEFAULT_STUDY).map(({ label }) => label)).toEqual(["isrf", "sasrec", "lightgcn"]);
});
