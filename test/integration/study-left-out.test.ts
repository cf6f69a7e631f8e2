// Rows that cannot be trained, or are another's, are found before anything is trained.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import { shell } from "../support/shell.ts";

let folder: string;
let shop: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isrf-test-"));
  shop = join(folder, "shop");
  const made = `data synth --users 40 --items 100 --seed 3 --out ${shop}`;
  for (const line of [made, `reason ${shop}`, `embed ${shop}`, `embed ${shop} --dimensions 16 --name narrow`])
    expect((await shell(line, commands)).code).toBe(0);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const study = (words: string) =>
  shell(
    `study ${words} --datasets ${shop} --preset tiny --seeds 1 --threads 1 --no-probe --out ${folder}/out`,
    commands,
  );

it("leaves a row out of an ablation for which texts are too narrow, and says why", async () => {
  const { code, stdout, stderr } = await study("ablation --embeddings narrow --estimate");
  expect(stderr).not.toContain("error");
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^without-adapter is left out on synthetic-shop: its items are texts of \d+ columns \(width\), and embeddings narrow give 16: .*isrf embed/m,
  );
  expect(stdout).not.toContain("synthetic-shop without-adapter:");
});

it("refuses such a row where it was asked for by name, and in other studies", async () => {
  const asked = await study("ablation --embeddings narrow --rows without-adapter");
  expect(asked.code).toBe(2);
  expect(asked.stderr).toContain("study: without-adapter cannot be trained on synthetic-shop: its items are texts of");
  const set = "--set width=128 --set semanticWidth=128 --set itemSource=frozen-semantic";
  const swept = await study(`sweep --option layers --values 1,2 ${set}`);
  expect(swept.code).toBe(2);
  expect(swept.stderr).toContain("there are only 100 items: lower width");
});

it("tells in the tables what is left out", async () => {
  const file = join(folder, "quick.yaml");
  const small = { checkpoint: "none", width: 32, layers: 1, epochs: 1, validationUsers: 4, trainNegatives: 9 };
  const set = { ...small, beams: 10, sequentialBeams: 10 };
  const kept = { preset: "paper", seeds: [1], users: 4, minutes: 0.001, maxMinutes: 0.1, datasets: [shop], set };
  await writeFile(file, JSON.stringify({ "study-ablation": kept }));
  const line = `study ablation --config ${file} --embeddings narrow --threads 1 --no-probe --out ${folder}/quick`;
  const { code, stdout, stderr } = await shell(line, commands);
  const notes = [
    "without-iteration is left out: with these settings it is the same training as without-group",
    "without-adapter is left out on synthetic-shop",
  ];
  expect(stderr).not.toContain("error");
  expect(code).toBe(0);
  const tex = await readFile(join(folder, "quick", "results", "comparison.tex"), "utf8");
  for (const note of notes) for (const text of [stdout, stderr, tex]) expect(text).toContain(note);
}, 120_000);
