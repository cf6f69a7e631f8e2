// Reviews as the third task's sentences, through the commands: import, training under both protocols, and what tells of
// it afterwards.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { OUTPUTS } from "../../scripts/json-schemas.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { openDataset, splitLeaveLastTwo } from "../../src/data/index.ts";
import type { RunAudit } from "../../src/pipeline/audit/audit-run.ts";
import type { EvaluationRecord } from "../../src/pipeline/evaluate/evaluation-record.ts";
import { readEvaluation } from "../../src/pipeline/evaluate/store.ts";
import type { WrittenSentence } from "../../src/pipeline/explain/index.ts";
import { readRunConfig } from "../../src/runs/run.ts";
import { readTrainingRecord } from "../../src/runs/training-record.ts";
import { ISRF } from "../support/isrf-command.ts";
import { type ReviewedShop, writeReviewedShop } from "../support/reviewed-shop.ts";
import { type ShellResult, shell } from "../support/shell.ts";

/** Enough steps for the sentences, which are few; what is recommended need not be good. */
const TOY =
  "--model pod --preset small --set tasks=three --set width=32 --set layers=1 --set validationUsers=20 --set batch=16 --set learningRate=0.01 --set trainNegatives=10 --set beams=4";

let root: string;
let plan: ReviewedShop;
const said: Record<string, string> = {};
const at = (name: string) => join(root, name);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-reviews-"));
  plan = await writeReviewedShop(at("p5"));
  await run(`data import --dir ${at("p5")} --explanations ${at("p5")}/explanation.json --out ${at("shop")}`);
  for (const [protocol, epochs] of [
    ["strict", 6],
    ["paper", 2],
  ] as const) {
    const line = `train ${at("shop")} ${TOY} --protocol ${protocol} --epochs ${epochs} --out ${at(protocol)}`;
    said[protocol] = (await run(line)).stderr;
  }
}, 240_000);
afterAll(() => rm(root, { recursive: true, force: true }));

async function run(line: string): Promise<ShellResult> {
  const result = await shell(line, commands);
  expect({ line, code: result.code, stderr: result.stderr }).toMatchObject({ code: 0 });
  return result;
}

async function json<T>(line: string): Promise<T> {
  return JSON.parse((await run(`${line} --json --quiet`)).stdout.trim().split("\n").at(-1)!) as T;
}

/** What a process of its own writes to its standard output. */
async function spawned(...words: string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, [...ISRF, ...words])).stdout;
}

const count = (lists: readonly Int32Array[]) => lists.reduce((sum, { length }) => sum + length, 0);

it("a strict training learns sentences of training prefixes alone, whatever part the file puts them in", async () => {
  const dataset = await openDataset(at("shop"));
  const { prefixes } = splitLeaveLastTwo(dataset);
  const { explained } = (await readTrainingRecord(at("strict")))!;
  expect(explained!.map((items) => [...items].sort())).toEqual(prefixes.map((items) => [...items].sort()));
  expect(said.strict).toContain("The third task learns sentences of reviews (explanation.json), on 200 pairs");
  expect((await readRunConfig(at("strict"))).reviews).toEqual({
    files: ["explanation.json"],
    hash: dataset.manifest.explanations!.hash,
    learnt: true,
  });
});

it("under paper the file's own training part is learnt and is the graph", async () => {
  const { explained, graph, description } = (await readTrainingRecord(at("paper")))!;
  expect(description.graph).toBe("review split of the file");
  expect(count(explained!)).toBe(plan.reviews.train.length);
  expect(explained!.map((items) => [...items])).toEqual(graph.map((items) => [...items]));
});

it("sentences on held-out pairs that were learnt are named as a leak under paper, and cannot be under strict", async () => {
  const leak = async (name: string) => {
    const audit = await json<RunAudit>(`audit ${at(name)} --no-controls --report-only --users 5`);
    return audit.findings.find((finding) => finding.leak === "L4")!;
  };
  expect(await leak("strict")).toMatchObject({ verdict: "absent", numbers: { pairs: 200, test: 0, valid: 0 } });
  // Of user k the item at place 6 is learnt unless k + 6 is 0 or 1 more than a multiple of 5: 24 of 40 users.
  expect(await leak("paper")).toMatchObject({ verdict: "present", numbers: { pairs: 168, test: 24, valid: 24 } });
  const check = async (name: string) => {
    const { checks } = await json<EvaluationRecord>(`evaluate ${at(name)} --users 5 --no-yardsticks`);
    return checks.find((each) => each.name === "held-out items are absent from pairs whose sentences are learnt")!;
  };
  expect((await check("strict")).verdict).toBe("ok");
  expect(await check("paper")).toMatchObject({
    verdict: "fail",
    detail: "24 of 40 users with their test item, 24 with their validation item there",
  });
});

it("sentences of the strict run are measured on test items that somebody wrote about, in record, schema and text", async () => {
  const line = `evaluate ${at("strict")} --task explanation --sentences 16`;
  const record = await json<EvaluationRecord>(line);
  expect(() => OUTPUTS.evaluate.parse(record)).not.toThrow();
  expect(record.tasks).toEqual([]);
  const { metrics, examples, ...facts } = record.sentences!;
  expect(facts).toMatchObject({ source: "reviews", pairs: 16, available: 40, asks: "held-out items", learnt: 0 });
  expect(facts.decoding).toEqual({ beams: 4, leastTokens: 0, mostTokens: 20 });
  // Eight words of nine are the same in all sentences of this shop.
  expect(metrics["ROUGE-1"]).toBeGreaterThan(0.5);
  expect(metrics["BLEU-4"]).toBeGreaterThan(30);
  expect(metrics.FMR).toBeLessThanOrEqual(1);
  expect(examples[0]!.reference).toMatch(/^the \w+ \w+ makes it a very good choice for me$/);
  const { stdout } = await run(line);
  expect(stdout).toMatch(/sentences on 16 of 40 pairs \(held-out items\), beside what people wrote; 4 beams, 0 to 20/);
  expect(stdout).toMatch(/BLEU-1 \d+\.\d\d {2}BLEU-4 .*ROUGE-L 0\.\d{4}\n {2}distinct-1 .* USR .* FMR .* FCR .* DIV/);
});

it("an evaluation of no sentences is refused, and the one before stays", async () => {
  const stored = await readEvaluation(at("strict"));
  const asked = await shell(`evaluate ${at("strict")} --task explanation --sentences 0`, commands);
  expect(asked).toMatchObject({ code: 2 });
  expect(asked.stderr).toContain("explanations alone are asked for, on 0 pairs; expected --sentences 1 or more.");
  expect(await readEvaluation(at("strict"))).toEqual(stored);
});

it("under paper the file's own test part is asked for", async () => {
  const { sentences } = await json<EvaluationRecord>(`evaluate ${at("paper")} --task explanation`);
  const pairs = plan.reviews.test.length;
  expect(sentences).toMatchObject({ asks: "the review file's own part", pairs, available: pairs, learnt: 0 });
});

it("the built command writes a sentence, in text and in JSON, and no shorter than is asked for", async () => {
  const item = plan.sequences[0]![6]!;
  const words = ["explain", at("strict"), "--user", "1", "--item", `${item}`, "--generate"];
  const text = await spawned(...words);
  expect(text).toMatch(/^the \w+ \w+ makes it a very good choice for me\n$/);
  const written = JSON.parse(await spawned(...words, "--json")) as WrittenSentence;
  expect(() => OUTPUTS.explain.parse(written)).not.toThrow();
  expect(written).toMatchObject({ user: "1", item: `${item}`, system: "pod", sentence: text.trim() });
  expect(written.decoding).toEqual({ beams: 4, leastTokens: 0, mostTokens: 20 });
  const longer = JSON.parse(await spawned(...words, "--least-tokens", "14", "--json")) as WrittenSentence;
  expect(longer.sentence.split(" ").length).toBeGreaterThanOrEqual(14);
  const much = await shell([...words, "--least-tokens", "20"], commands);
  expect(much.stderr).toContain("least-tokens 20: expected fewer than 20, the run's explanationTokens.");
});

it("a choice of sentences that does nothing, or cannot be served, is refused", async () => {
  const line = `train ${at("shop")} --model pod --preset small --out ${at("none")}`;
  const idle = await shell(`${line} --sentences reviews`, commands);
  expect(idle).toMatchObject({ code: 2 });
  expect(idle.stderr).toContain("sentences reviews: this model learns none; --set tasks=three learns them.");
  const texts = await shell(`${line} --set tasks=three --sentences texts`, commands);
  expect(texts.stderr).toContain("or import the data with --explanations FILE");
  const other = await shell(`train ${at("shop")} --out ${at("strict")} --resume --sentences texts`, commands);
  expect(other.stderr).toContain("was begun with sentences reviews: a resumed run keeps its settings.");
});

it("a study of data with reviews reads no reasoned texts, which it does not learn", async () => {
  await run(`reason ${at("shop")} --llm offline`);
  await writeFile(join(at("shop"), "reasoning", "journal.db"), "no journal any more");
  await writeFile(at("study.yaml"), "study-compare: { systems: [{ model: pod, set: { tasks: three } }] }\n");
  const study = `study compare --config ${at("study.yaml")} --datasets ${at("shop")} --preset small --seeds 1`;
  expect((await run(`${study} --no-probe --estimate --out ${at("study")}`)).stdout).toContain("shop pod: 2 trainings");
});
