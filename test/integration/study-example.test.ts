import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { commands } from "../../src/cli/commands/index.ts";
import { DEFAULT_STUDY, readSystem } from "../../src/pipeline/study/study-config.ts";
import { planSystems } from "../../src/pipeline/study/study-plan.ts";

async function settingsOf(name: string): Promise<Record<string, unknown>> {
  const file = fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
  return (parse(await readFile(file, "utf8")) as Record<string, Record<string, unknown>>)["study-compare"]!;
}

async function planOf(name: string) {
  const given = await settingsOf(name);
  const systems = (given.systems as unknown[]).map(readSystem);
  return planSystems({ ...DEFAULT_STUDY, ...given, systems });
}

const PAPER = ["isrf", "elmrec", "pod", "p5"];
const GENERATIVE = [...PAPER, "rsl-proxy"];

const RIVALS = ["elmrec", "pod", "p5", "rsl-proxy"];

/** ISRF as it answers, by heads alone, and rivals; generative ones in two forms. */
const ROWS = [
  ...["isrf", "isrf-heads", ...RIVALS.map((name) => `${name}-no-heads`), ...RIVALS.map((name) => `${name}-heads`)],
  ...["sasrec-text", "sasrec", "bsarec", "esasrec", "gru4rec", "hgn", "caser", "bert4rec", "fdsa", "simplex"],
  ...["lightgcn", "ncl", "xsimgcl", "stacked"],
];

const NEAREST = ["sasrec-text", "sasrec", "bsarec", "esasrec", "lightgcn", "stacked"];

it.each(["beauty", "sports"])(
  "examples/study-%s.yaml tries three settings of every rival and the preset's of ISRF, and ends no training by time",
  async (shop) => {
    const planned = await planOf(`study-${shop}.yaml`);
    expect(planned.map(({ label }) => label)).toEqual(ROWS);
    for (const { label, resolved } of planned) {
      expect(resolved).toHaveLength(label === "isrf" ? 1 : 3);
      for (const { maxMinutes } of resolved) expect(maxMinutes).toBe(0);
    }
  },
);

it("generative rivals stand by their decoder alone, and with ISRF's heads, with as many learning rates", async () => {
  const planned = await planOf("study-beauty.yaml");
  const trialsOf = (label: string) => planned.find((system) => system.label === label)!.resolved;
  const heads = (label: string) => trialsOf(label)[0]!;
  for (const name of RIVALS) {
    expect(heads(`${name}-no-heads`)).toMatchObject({ itemHead: 0, candidateHead: 0 });
    expect(heads(`${name}-heads`)).toMatchObject({ itemHead: 1, candidateHead: 1 });
    const rates = trialsOf(`${name}-no-heads`).map(({ learningRate }) => learningRate);
    expect(new Set(rates).size).toBe(3);
    expect(trialsOf(`${name}-heads`).map(({ learningRate }) => learningRate)).toEqual(rates);
  }
  expect(heads("isrf")).toMatchObject({ witnessSequence: true, itemHead: 0, candidateHead: 0 });
  expect(heads("isrf-heads")).toMatchObject({ witnessSequence: false, itemHead: 1, candidateHead: 1 });
});

it.each(["beauty", "sports"])(
  "examples/study-%s.yaml trains ISRF and its nearest rivals with three seeds",
  async (shop) => {
    const planned = await planOf(`study-${shop}.yaml`);
    const often = planned.filter(({ seeds }) => seeds.length === 3).map(({ label }) => label);
    expect(often).toEqual(["isrf", ...NEAREST]);
  },
);

it("examples/study-beauty.yaml tries what the id models hang on: SASRec's width, dropout and loss, rates of the others", async () => {
  const planned = await planOf("study-beauty.yaml");
  const differs = (label: string, name: string) =>
    new Set(planned.find((system) => system.label === label)!.resolved.map((options) => options[name])).size > 1;
  for (const name of ["width", "dropout", "loss"]) expect(differs("sasrec", name)).toBe(true);
  for (const name of ["regularisation", "learningRate"]) expect(differs("lightgcn", name)).toBe(true);
  for (const label of ["bsarec", "hgn"]) expect(differs(label, "learningRate")).toBe(true);
});

it.each(["beauty", "sports", "texts"])("examples/study-%s.yaml stars gains over training seeds", async (name) => {
  const { options } = commands.find(({ path }) => path.join(" ") === "study compare")!;
  expect(options.parse(await settingsOf(`study-${name}.yaml`))).toMatchObject({ test: "seeds" });
});

it("examples/study-beauty.yaml costs what its first lines say", async () => {
  const planned = await planOf("study-beauty.yaml");
  const trainings = planned.map(({ resolved, seeds }) => resolved.length + seeds.length - 1);
  expect(trainings.reduce((sum, count) => sum + count, 0)).toBe(84);
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

it("examples/study-texts.yaml trains the same system on four kinds of vectors, three seeds each", async () => {
  const planned = await planOf("study-texts.yaml");
  expect(await settingsOf("study-texts.yaml")).toMatchObject({ datasets: ["part", "part-cold"] });
  expect(planned.map(({ embeddings }) => embeddings)).toEqual(["attributes", "rules", "chains", "one-call"]);
  for (const { seeds, resolved } of planned) {
    expect(seeds).toEqual([1, 2, 3]);
    expect(resolved).toEqual(planned[0]!.resolved);
  }
});
