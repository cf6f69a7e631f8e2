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

/** ISRF as it answers, by heads alone, and rivals; generative ones in two forms. */
const ROWS = [
  ...["isrf", "isrf-heads", "elmrec", "pod", "p5", "elmrec-heads", "pod-heads", "p5-heads", "rsl-proxy"],
  ...["sasrec-text", "sasrec", "bsarec", "esasrec", "gru4rec", "hgn", "caser", "bert4rec", "fdsa", "simplex"],
  ...["lightgcn", "ncl", "xsimgcl", "stacked"],
];

/** Of a kind with ISRF: they have the settings of its preset. */
const ONE_SETTING = ROWS.slice(0, ROWS.indexOf("sasrec-text"));
const NEAREST = ["sasrec-text", "esasrec", "lightgcn", "stacked"];

it.each(["beauty", "sports"])(
  "examples/study-%s.yaml tries three settings of every rival of another kind and ends no training by time",
  async (shop) => {
    const planned = await planOf(`study-${shop}.yaml`);
    expect(planned.map(({ label }) => label)).toEqual(ROWS);
    for (const { label, resolved } of planned) {
      expect(resolved).toHaveLength(ONE_SETTING.includes(label) ? 1 : 3);
      for (const { maxMinutes } of resolved) expect(maxMinutes).toBe(0);
    }
  },
);

it("generative rivals stand as their papers have them, and with ISRF's heads", async () => {
  const planned = await planOf("study-beauty.yaml");
  const heads = (label: string) => planned.find((system) => system.label === label)!.resolved[0]!;
  for (const name of ["elmrec", "pod", "p5"]) {
    expect(heads(name)).toMatchObject({ itemHead: 0, candidateHead: 0 });
    expect(heads(`${name}-heads`)).toMatchObject({ itemHead: 1, candidateHead: 1 });
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
  expect(planned.map(({ embeddings }) => embeddings)).toEqual(["attributes", "rules", "chains", "one-call"]);
  for (const { seeds, resolved } of planned) {
    expect(seeds).toEqual([1, 2, 3]);
    expect(resolved).toEqual(planned[0]!.resolved);
  }
});
