import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { DEFAULT_STUDY, readSystem } from "../../src/pipeline/study/study-config.ts";
import { planSystems } from "../../src/pipeline/study/study-plan.ts";

async function planOf(name: string) {
  const file = fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
  const { "study-compare": given } = parse(await readFile(file, "utf8")) as {
    "study-compare": Record<string, unknown>;
  };
  const systems = (given.systems as unknown[]).map(readSystem);
  return planSystems({ ...DEFAULT_STUDY, ...given, systems });
}

const PAPER = ["isrf", "elmrec", "pod", "p5"];
const GENERATIVE = [...PAPER, "rsl-proxy"];

it.each(["beauty", "sports"])(
  "examples/study-%s.yaml plans two trials for each of the fifteen systems",
  async (shop) => {
    const planned = await planOf(`study-${shop}.yaml`);
    expect(new Set(planned.map(({ model }) => model)).size).toBe(15);
    for (const { model, resolved, seeds } of planned) {
      expect(resolved.map(({ learningRate }) => learningRate)).toEqual([0.001, 0.003]);
      expect(resolved[0]).toMatchObject(
        GENERATIVE.includes(model)
          ? { maxMinutes: 0, validationUsers: 2000, epochs: 3 }
          : { maxMinutes: 4, validationUsers: 4000, patience: 4 },
      );
      if (!GENERATIVE.includes(model)) expect(seeds).toEqual([1, 2, 3]);
    }
  },
);

it("trains costly systems with one seed, and on Beauty ISRF without words of interests too", async () => {
  const brief = async (shop: string) => {
    const planned = await planOf(`study-${shop}.yaml`);
    return planned.filter(({ seeds }) => seeds.length === 1).map(({ label }) => label);
  };
  expect(await brief("beauty")).toEqual(["rsl-proxy"]);
  expect(await brief("sports")).toEqual(["pod", "p5", "rsl-proxy"]);
  expect((await planOf("study-beauty.yaml")).map(({ label }) => label)).toContain("isrf-no-words");
});

it("both studies ask the same of a system, so that their rows say the same", async () => {
  const [beauty, sports] = await Promise.all([planOf("study-beauty.yaml"), planOf("study-sports.yaml")]);
  for (const { label, resolved } of sports)
    expect(resolved).toEqual(beauty.find((other) => other.label === label)!.resolved);
});

it("examples/study-beauty-paper.yaml plans the four systems of the paper's protocol, decoding as their code does", async () => {
  const planned = await planOf("study-beauty-paper.yaml");
  expect(planned.map(({ label }) => label)).toEqual(PAPER.concat(PAPER.map((label) => `${label}-tree`)));
  for (const { label, resolved } of planned)
    expect(resolved[0]).toMatchObject({ decoding: label.endsWith("-tree") ? "tree" : "free", selection: "loss" });
});

it("examples/study-tiny.yaml plans the generative systems at preset tiny", async () => {
  const planned = await planOf("study-tiny.yaml");
  expect(planned.map(({ model, preset }) => [model, preset])).toEqual(GENERATIVE.map((model) => [model, "tiny"]));
});

it("the study without a settings file plans its three systems", () => {
  expect(planSystems(DEFAULT_STUDY).map(({ label }) => label)).toEqual(["isrf", "sasrec", "lightgcn"]);
});
