// The numbers that plans are made of are those of the records of what was measured.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { CURVES, MEASURED_ON, RATES } from "../../src/pipeline/plan/rates.ts";

const read = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, "../../results", `${name}.json`), "utf8"));
/** Rates are written with four digits. */
const isNear = (value: number, recorded: number) => expect(Math.abs(value / recorded - 1)).toBeLessThan(5e-3);

interface Measured {
  readonly step: string;
  readonly ratings: number;
  readonly processorSeconds: number;
  readonly peakMemoryMiB: number;
  readonly figures: Readonly<Record<string, number>>;
}
interface Size {
  readonly ratings: number;
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
}

const sizes = read("bench-sizes") as { sizes: Size[]; measured: Measured[]; machine: Record<string, unknown> };

const SOURCES = [
  ["import", "import", "interactions", undefined],
  ["rules", "reason", "interactions", undefined],
  ["lsa", "embed", "subjects", undefined],
  ["similarExact", "similar", "users", "search, processor seconds"],
  ["similarApproximate", "similar-approximate", "users", "search, processor seconds"],
  ["trainingStart", "isrf", "interactions", "until the first step, processor seconds"],
  ["trainingStep", "isrf", "interactions", "a step, processor seconds"],
] as const;

it.each(SOURCES)("%s is what results/bench-sizes.json has of %s", (name, step, unit, figure) => {
  const points = sizes.sizes.map((size) => {
    const found = sizes.measured.find((entry) => entry.step === step && entry.ratings === size.ratings)!;
    const by = unit === "subjects" ? size.users + size.items : size[unit];
    return { size: by, seconds: figure === undefined ? found.processorSeconds : found.figures[figure]!, found };
  });
  expect(CURVES[name]).toHaveLength(points.length);
  for (const [i, { size, seconds, found }] of points.entries()) {
    expect(CURVES[name][i]!.size).toBe(size);
    isNear(CURVES[name][i]!.seconds, seconds);
    isNear(CURVES[name][i]!.memoryMiB, found.peakMemoryMiB);
  }
});

it("the machine and the single rates are those of their records", () => {
  expect(sizes.machine).toMatchObject({ cpu: MEASURED_ON.cpu, cores: MEASURED_ON.cores, node: MEASURED_ON.node });
  const { rates } = read("ask-speed") as { rates: { name: string; processorMs: number }[] };
  isNear(RATES.listProcessorSeconds * 1000, rates.find(({ name }) => name === "next item")!.processorMs);
  const largest = sizes.sizes.at(-1)!;
  const training = sizes.measured.find(({ step, ratings }) => step === "isrf" && ratings === largest.ratings)!;
  expect(Math.ceil(largest.users / RATES.usersOfAStep)).toBe(training.figures["steps an epoch"]);
  const beauty = read("isrf-beauty") as { training: { preparation: { name: string; seconds: number }[] } };
  const sequence = beauty.training.preparation.find(({ name }) => name === "sequence model")!;
  // Both cores are taken for busy; Amazon Beauty has 198,502 interactions.
  isNear(RATES.sequenceProcessorSeconds, (2 * sequence.seconds) / RATES.sequenceEpochs / 198_502);
  const { isrf, texts } = read("bench-encoder") as { isrf: { cpuSeconds: number }; texts: number };
  isNear(RATES.encodedTextProcessorSeconds, isrf.cpuSeconds / texts);
  const { ways } = read("reasoning-ways") as {
    ways: { name: string; processorSeconds: number; calls: number; asked: number }[];
  };
  const way = (wanted: string) => ways.find(({ name }) => name === wanted)!;
  const [apart, together] = [way("data first, free"), way("one call, schema")];
  isNear(RATES.smallModelCallSeconds.apart, apart.processorSeconds / apart.calls);
  isNear(RATES.smallModelCallSeconds.together, together.processorSeconds / together.calls);
  const judged = (
    read("reasoning-ways-judged") as { ways: { prompts: string; processorSeconds: number; calls: number }[] }
  ).ways;
  const ofOneCall = (version: string) => {
    const { processorSeconds, calls } = judged.find(({ prompts }) => prompts === version)!;
    return processorSeconds / calls;
  };
  const { short, together: long } = RATES.smallModelCallSeconds;
  isNear(short / long, ofOneCall("one-call/2") / ofOneCall("one-call/1"));
  isNear(RATES.callsOfAQuestion.small, apart.calls / apart.asked);
  const { tokens, bytes } = read("plan-figures") as {
    tokens: Record<string, { item: number; user: number }>;
    bytes: Record<string, number>;
  };
  for (const [way, version] of [
    ["apart", "figures-6-7/3"],
    ["together", "one-call/1"],
    ["short", "one-call/2"],
  ] as const) {
    isNear(RATES.promptTokens[way].item, tokens[version]!.item);
    isNear(RATES.promptTokens[way].user, tokens[version]!.user);
  }
  for (const name of ["datasetOfAnInteraction", "journalOfASubject", "vectorsOfASubject"] as const)
    isNear(RATES.bytes[name], bytes[name]!);
});
