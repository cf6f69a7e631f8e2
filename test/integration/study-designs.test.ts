// Studies whose rows follow from one question, by the command line on a small shop: all rows are trained, the picture
// is drawn, and the same command finds everything done.
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import type { CaseRecord } from "../../src/pipeline/case/index.ts";
import type { StudyCosts } from "../../src/pipeline/study/cost-figures.ts";
import { shell } from "../support/shell.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isrf-test-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A settings file with a shop of eighty people. */
async function configured(key: string, settings: string): Promise<string> {
  const file = join(folder, `${key}.yaml`);
  const shop = "datasets: [{ name: shop, synth: { users: 80, items: 60, seed: 3 } }]";
  await writeFile(file, `${key}:\n  ${shop}\n  preset: tiny\n  users: 12\n  threads: 1\n${settings}`);
  return file;
}

async function results(out: string, name: string): Promise<string> {
  return readFile(join(folder, out, "results", name), "utf8");
}

/** The paper's form, worded prompts and three tasks included, with little of everything. */
const QUICK =
  "{ width: 32, epochs: 1, visitsPerEpoch: 0.5, trainNegatives: 5, beams: 3, sequentialBeams: 3, validationUsers: 4 }";

describe("isrf study sweep", () => {
  it("trains a row for each value on each data set, draws a line through them, and tests over seeds", async () => {
    const file = join(folder, "study-sweep.yaml");
    const [shop, bazaar] = ["shop", "bazaar"].map(
      (name, i) => `{ name: ${name}, synth: { users: ${80 - i}, items: 60 } }`,
    );
    const settings = "preset: tiny, threads: 1, seeds: [1, 2], test: seeds, model: lightgcn, set: { epochs: 1 }";
    await writeFile(file, `study-sweep: { datasets: [${shop}, ${bazaar}], ${settings} }\n`);
    const line = `study sweep --config ${file} --option layers --values 1,2 --no-probe --out ${folder}/sweep`;
    const first = await shell(line, commands);
    expect(first.stderr).not.toContain("error");
    expect(first.code).toBe(0);
    expect(first.stdout).toContain("8 of 8 trainings are done");
    expect(await results("sweep", "comparison.md")).toContain("paired t-test over seeds");
    const svg = await results("sweep", "sweep-layers.svg");
    expect(svg).toContain("<title>lightgcn by layers</title>");
    for (const word of ["NDCG@10, among 100", "shop", "bazaar"]) expect(svg).toContain(`>${word}<`);
    expect(await results("sweep", "results.md")).toContain("![lightgcn by layers](sweep-layers.svg)");
    await shell(line, commands);
    expect(await results("sweep", "sweep-layers.svg")).toBe(svg);
  });

  it("takes truths in a settings file as on the command line", async () => {
    const file = join(folder, "study-truths.yaml");
    const shop = "datasets: [{ name: shop, synth: { users: 80, items: 60 } }]";
    await writeFile(file, `study-sweep: { ${shop}, preset: tiny, option: witnessText, values: [true, false] }\n`);
    const line = `study sweep --config ${file} --form product --seeds 1 --estimate --no-probe --out ${folder}/truths`;
    const { code, stdout, stderr } = await shell(line, commands);
    expect(stderr).not.toContain("error");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^shop witnessText-true: 1 trainings/m);
    expect(stdout).toMatch(/^shop witnessText-false: 1 trainings/m);
  });

  it.each([
    [
      "--option layers --values 1,2 --set-all layers=2",
      /--set-all layers=2: rows of lightgcn differ in layers \(layers-1 1/,
    ],
    ["--option layers --values 1,2 --set-all n_layers=2", /rows of lightgcn differ in layers/],
    ["--option layers --values 1,2 --set n_layers=2", /--set n_layers=2: layers is what is swept/],
    ["--option layer --values 1,2", /layer/],
    ["--option layers --values 2", /expected at least two values/],
    ["--option layers --values one,two", /layers/],
  ])("refuses %s before anything is trained", async (words, message) => {
    const { code, stderr } = await shell(`study sweep --model lightgcn ${words} --out ${folder}/none`, commands);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe("isrf study ablation", () => {
  it("trains the paper's form without each part, and draws them side by side", async () => {
    const config = await configured("study-ablation", `  seeds: [1]\n  set: ${QUICK}\n`);
    const rows = "--rows without-adapter --rows loss-printed";
    const line = `study ablation --config ${config} ${rows} --no-probe --out ${folder}/ablation`;
    const { code, stdout, stderr } = await shell(line, commands);
    expect(stderr).not.toContain("error");
    expect(code).toBe(0);
    expect(stdout).toContain("3 of 3 trainings are done");
    expect(stdout).toMatch(
      /prepared alike: \d+ times taken from another training.*ablation\/shared \(safe to delete\)/,
    );
    const svg = await results("ablation", "ablation-paper.svg");
    for (const row of ["ISRF", "w/o adapter", "printed losses"]) expect(svg).toContain(`>${row}<`);
    expect(await results("ablation", "results.md")).toContain("| without-adapter |");
  }, 240_000);

  it("has runs that a case study shows one user of, the truth marked and held out", async () => {
    const cells = join(folder, "ablation", "cells", "shop");
    const runOf = async (label: string) => join(cells, label, (await readdir(join(cells, label)))[0]!, "seed-1");
    const line = `study case ${await runOf("isrf")} ${await runOf("without-adapter")} --threads 1 --out ${folder}/case`;
    const { code, stdout } = await shell(line, commands);
    expect(code).toBe(0);
    const record = JSON.parse(await readFile(join(folder, "case", "case.json"), "utf8")) as CaseRecord;
    expect(stdout).toContain(`user ${record.user}, chosen: of the users whose next item`);
    expect(record.history.map(({ itemId }) => itemId)).not.toContain(record.truth.itemId);
    expect(record.lists.map(({ items }) => items.length)).toEqual([5, 5]);
    expect(record.userChain!.steps).toHaveLength(3);
    expect(record.interests!.categories.length).toBeGreaterThan(0);
    const page = await readFile(join(folder, "case", "case.html"), "utf8");
    expect(page).toContain(`<mark>${record.truth.title}`);
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
  }, 60_000);

  it("says the hours without training", async () => {
    const config = await configured("study-ablation", "  form: product\n");
    const { code, stdout } = await shell(
      `study ablation --config ${config} --estimate --no-probe --out ${folder}/hours`,
      commands,
    );
    expect(code).toBe(0);
    expect(stdout).toContain("without-nearest: 3 trainings");
  });
});

describe("isrf study ablation --set-all", () => {
  const ablation = (words: string) =>
    shell(`study ablation --preset tiny --estimate --no-probe --out ${folder}/held ${words}`, commands);

  it("refuses an option that rows are named after: all of them would be one model", async () => {
    const { code, stderr } = await ablation("--rows without-L_DS --set-all lambdaDirect=1");
    expect(code).toBe(2);
    expect(stderr).toMatch(/rows of isrf differ in lambdaDirect \(isrf the preset's, without-L_DS 0\).*--set\./);
  });
});

describe("isrf study variants", () => {
  it("refuses texts by rule, whose steps are no chain, and says what to do", async () => {
    const config = await configured("study-variants", "");
    const { code, stderr } = await shell(`study variants --config ${config} --out ${folder}/refused`, commands);
    expect(code).toBe(2);
    expect(stderr).toMatch(/no reasoned texts.*no steps of a chain.*isrf reason .* --llm.*--rules/s);
  });

  it("trains a row for each kind of text where it is told to", async () => {
    const config = await configured("study-variants", `  seeds: [1]\n  rules: true\n  set: ${QUICK}\n`);
    const line = `study variants --config ${config} --no-probe --out ${folder}/variants`;
    const { code, stdout, stderr } = await shell(line, commands);
    expect(stderr).not.toContain("error");
    expect(code).toBe(0);
    expect(stdout).toContain("7 of 7 trainings are done");
    const svg = await results("variants", "variants-paper.svg");
    expect(svg).not.toContain("do not begin at 0");
    for (const row of ["ISRF", "uPos", "uNeg", "vPos", "vNeg", "attributes", "random"])
      expect(svg).toContain(`>${row}<`);
    const { cells } = JSON.parse(await results("variants", "study.json")) as { cells: { command: string }[] };
    const read = cells.map(({ command }) => / --embeddings (\S+)/.exec(command)?.[1]);
    expect(new Set(read).size).toBe(7);
    expect(read).toContain("variants-lsa-negative-feature");
    // The whole row reads the study's own vectors, as in every other study.
    expect(read).toContain(undefined);
  }, 240_000);

  it("takes one of an encoder and of vectors that say theirs", async () => {
    const line = `study variants --encoder random --embeddings lsa --out ${folder}/none`;
    const { code, stderr } = await shell(line, commands);
    expect(code).toBe(2);
    expect(stderr).toContain("--encoder random and --embeddings lsa: name one of them");
  });
});

describe("isrf study main", () => {
  it("puts ISRF beside rows of the paper's tables, tested over seeds, the printed figures apart", async () => {
    const file = join(folder, "study-main.yaml");
    const shop = "datasets: [{ name: toys-like, synth: { users: 60, items: 120, seed: 3 } }]";
    const settings = "preset: tiny, threads: 1, seeds: [1, 2], systems: [lightgcn, p5], published: true, test: seeds";
    await writeFile(file, `study-main: { ${shop}, ${settings}, set: ${QUICK} }\n`);
    const line = `study main --config ${file} --minutes 0.02 --no-probe --out ${folder}/main`;
    const { code, stdout, stderr } = await shell(line, commands);
    expect(stderr).not.toContain("error");
    expect(code).toBe(0);
    expect(stdout).toContain("6 of 6 trainings are done");
    expect(await results("main", "comparison.md")).toContain("paired t-test over seeds");
    expect(await results("main", "beside-printed.csv")).toMatch(
      /^direct-uniform,toys-like,lightgcn,NDCG@5,[\d.]+,0\.2874,$/m,
    );
    expect(stdout).toContain("toys-like: ours beside what is printed");
    const svg = await results("main", "main.svg");
    expect(svg).toContain("<title>ISRF beside the paper&#39;s systems</title>");
    expect(svg).toContain("one standard deviation over seeds");
    for (const word of ["isrf", "lightgcn", "p5", "HR@10, next item", "NDCG@10, among 100", "toys-like"])
      expect(svg).toContain(`>${word}<`);
    expect(await results("main", "results.md")).toContain("](main.svg)");
  }, 120_000);
});

describe("published presets in a study", () => {
  const settings = "preset: paper, threads: 1, seeds: [1], users: 20, systems: [lightgcn]";
  const small = "checkpoint: none, width: 32, layers: 1, epochs: 1, validationUsers: 4, trainNegatives: 9, beams: 10";

  it("writes freely beside systems that rank, says what each row is, and marks who cannot be compared", async () => {
    const file = join(folder, "published.yaml");
    const shop = "datasets: [{ name: shop, synth: { users: 50, items: 110, seed: 3 } }]";
    const set = `set: { semanticWidth: 16, neighbours: 5 }, setAll: { ${small}, sequentialBeams: 10 }`;
    await writeFile(file, `study-main: { ${shop}, ${settings}, ${set} }\n`);
    const line = `study main --config ${file} --minutes 0.02 --no-probe --out ${folder}/published`;
    const { code, stdout, stderr } = await shell(line, commands);
    expect(stderr).not.toContain("error");
    expect(code).toBe(0);
    expect(stderr).toMatch(/^isrf: preset paper, semanticWidth 16, .*epochs 1/m);
    expect(stdout).toContain("lightgcn (not comparable)");
    expect(await results("published", "results.md")).toContain("### What each row is\n\n- isrf: preset paper");
    const svg = await results("published", "main.svg");
    for (const word of ["isrf", "lightgcn *", "* not comparable"]) expect(svg).toContain(`>${word}<`);
  }, 240_000);

  it("refuses an option for all rows that none of them has", async () => {
    const line = `study main --systems lightgcn --set-all epoch=1 --out ${folder}/none`;
    const { code, stderr } = await shell(line, commands);
    expect(code).toBe(2);
    expect(stderr).toContain("--set-all epoch: no row has such an option");
  });
});

describe("isrf study cost", () => {
  it("tells time, memory and parameters of each system, and what the texts took", async () => {
    const config = await configured("study-cost", `  systems: [elmrec]\n  set: ${QUICK}\n`);
    const line = `study cost --config ${config} --minutes 0.02 --no-probe --out ${folder}/cost`;
    const { code, stdout, stderr } = await shell(line, commands);
    expect(stderr).not.toContain("error");
    expect(code).toBe(0);
    expect(stdout).toContain("Cost of training and answering");
    const costs = JSON.parse(await results("cost", "cost.json")) as StudyCosts;
    expect(costs.systems.map(({ label }) => label)).toEqual(["isrf", "elmrec"]);
    for (const system of costs.systems) {
      for (const key of ["secondsPerEpoch", "directSecondsPerUser", "sequentialSecondsPerUser", "parameters"] as const)
        expect(system[key], key).toBeGreaterThan(0);
      expect(system.peakBytes).toBeGreaterThan(1e8);
      expect(system.deviceBytes).toBeUndefined();
      expect(system.ownProcess).toBe(true);
      expect(system.totalSeconds).toBeGreaterThanOrEqual(system.secondsPerEpoch);
    }
    expect(costs.texts).toMatchObject([{ calls: 3 * (80 + 60), encoder: "lsa", textsBy: "rule-based (offline)" }]);
    // In the paper's form nothing is trained beside the backbone.
    for (const { parameters, parameterParts } of costs.systems) expect(parameterParts).toEqual({ model: parameters });
    expect(stdout).toContain("parameters: of all trained parts");
    expect(costs.texts[0]!.embedSeconds).toBeGreaterThan(0);
    expect(await results("cost", "cost.svg")).toContain(">infer SR ms/user<");
    expect(await results("cost", "cost-texts.csv")).toMatch(/^shop,rule-based \(offline\),420,0,0,0,/m);
    expect(await results("cost", "cost.tex")).toContain("shop elmrec &");
  }, 240_000);
});
