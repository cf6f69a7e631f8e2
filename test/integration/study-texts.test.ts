// What texts are worth, from a shop to the tables, by the commands at the head of examples/study-texts.yaml: a dense
// part of a made-up shop and its twin with cold items, texts by rule and by a scripted model, and the study of them.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { parse, stringify } from "yaml";
import { commands } from "../../src/cli/commands/index.ts";
import { synthesiseShop } from "../../src/data/index.ts";
import { readStudyRecord } from "../../src/pipeline/study/index.ts";
import { LlmServer } from "../support/llm-server.ts";
import { shell } from "../support/shell.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const EXAMPLE = join(ROOT, "examples", "study-texts.yaml");
/** A training in a second or two. */
const QUICK = {
  ...{
    epochs: 1,
    width: 16,
    batch: 16,
    warmStartEpochs: 1,
    visitsPerEpoch: 0.2,
    validationUsers: 4,
    trainNegatives: 5,
  },
  ...{ witnessSequence: false, textMapSteps: 10, beams: 3, sequentialBeams: 3, neighbours: 5 },
};
const DATASETS = ["part", "part-cold"];
const ARMS = ["rules", "one-call"];

let folder: string;
let server: LlmServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isrf-test-"));
  server = await LlmServer.start();
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await server?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function isrf(line: string): Promise<string> {
  const { code, stdout, stderr } = await shell(line, commands);
  expect(`${code} ${stderr}`, line).not.toMatch(/^[12]|error/);
  return stdout;
}

const at = (name: string) => join(folder, name);

/** The example's study of these arms, with as little training as there can be. */
async function smallStudy(): Promise<string> {
  const { "study-compare": study } = parse(await readFile(EXAMPLE, "utf8")) as {
    "study-compare": { datasets: string[]; systems: { label: string }[] };
  };
  expect(study.datasets).toEqual(DATASETS);
  const systems = study.systems
    .filter(({ label }) => ARMS.includes(label))
    .map((system) => ({ ...system, set: QUICK }));
  const small = { systems, datasets: DATASETS.map(at), preset: "tiny", seeds: [1], reference: "rules" };
  await writeFile(
    at("study.yaml"),
    stringify({ "study-compare": { ...study, ...small, out: at("study"), threads: 1 } }),
  );
  return at("study.yaml");
}

it("says of each arm what its texts are worth, whom they make neighbours, and whether they leak", async () => {
  await synthesiseShop({ users: 90, items: 60, seed: 3, out: at("shop") });
  const script = ["--import", "tsx", join(ROOT, "scripts", "dense-part.ts"), at("shop"), "--out", at("files")];
  await promisify(execFile)(process.execPath, [...script, "--items", "40", "--users", "60"], { cwd: ROOT });
  const part = JSON.parse(await readFile(at("files/part.json"), "utf8")) as { items: number; takersInShop: object };
  expect(part).toMatchObject({ items: 40, users: 60, takersInShop: { least: expect.any(Number) } });
  const files = `--interactions ${at("files/interactions.csv")} --items ${at("files/items.jsonl")}`;
  await isrf(`data import ${files} --k-core 0 --min-length 3 --out ${at("part")}`);
  await isrf(`data split ${at("part")} --cold-items .1 --out ${at("part-cold")}`);

  await isrf(`reason ${at("part")} --llm openai:scripted --prompts one-call/2`);
  const ofPart = server.questions.length;
  expect(ofPart).toBe(40 + 60);
  // What is asked in the same words is not asked again of the twin.
  await isrf(`reason-export ${at("part")} --out ${at("answers.jsonl")}`);
  await isrf(`reason-import ${at("part-cold")} --from ${at("answers.jsonl")}`);
  await isrf(`reason ${at("part-cold")} --llm openai:scripted --prompts one-call/2`);
  expect(server.questions.length - ofPart).toBeLessThan(60);
  for (const name of DATASETS) {
    await isrf(`embed ${at(name)} --name one-call --dimensions 16`);
    await isrf(`reason ${at(name)} --llm offline`);
    await isrf(`embed ${at(name)} --name rules --dimensions 16`);
  }

  const stdout = await isrf(`study compare --config ${await smallStudy()} --no-probe`);
  expect(stdout).toContain("4 of 4 trainings are done");
  expect(stdout).toContain("What the vectors are like");
  const { vectors } = await readStudyRecord(at("study/results/study.json"));
  expect(vectors!.map(({ dataset, embeddings }) => `${dataset} ${embeddings}`)).toEqual(
    DATASETS.flatMap((dataset) => ARMS.map((arm) => `${dataset} ${arm}`)),
  );
  for (const { embeddings, textsBy, users, graph, leak } of vectors!) {
    expect(textsBy).toBe(embeddings === "rules" ? "rule-based (offline)" : "scripted (openai)");
    expect(users).toMatchObject({ text: "feature", coverage: 1 });
    expect(graph).toMatchObject({ neighbours: 5, search: "exact" });
    expect(graph.chance).toBeGreaterThan(0);
    expect(graph.agreement).toBeGreaterThanOrEqual(0);
    expect(graph.most).toBeGreaterThanOrEqual(5);
    // Whichever texts were reasoned last.
    expect(leak).toMatchObject({ verdict: "absent", reason: expect.stringContaining("training prefixes alone") });
  }
  // Rules know what things are, the scripted model says anything.
  const agreed = (arm: string) => vectors!.find(({ embeddings }) => embeddings === arm)!.graph.agreement;
  expect(agreed("rules")).toBeGreaterThan(agreed("one-call"));
  const page = await readFile(at("study/results/results.md"), "utf8");
  expect(page).toContain("### What the vectors are like");
  expect(page).toMatch(/^\| part-cold one-call \| scripted \(openai\) \| lsa, 16 \| 5 \| 0\.\d{5} \|/m);
  expect(page).toContain("cold");
}, 180_000);
