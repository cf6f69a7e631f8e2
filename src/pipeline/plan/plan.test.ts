import { describe, expect, it } from "vitest";
import { UsageError } from "../../base/errors.ts";
import { SIMILAR_BLOCK } from "../../embedding/index.ts";
import { BUILT_IN_PROMPTS } from "../../reasoning/index.ts";
import { assumedLength } from "../reason/answer-lengths.ts";
import { plan } from "./plan.ts";
import { RATES } from "./rates.ts";
import { planSettings } from "./settings.ts";

const planned = (settings: Record<string, unknown>) =>
  plan(planSettings.parse({ users: 10_000, items: 5000, ...settings }));
const stage = (settings: Record<string, unknown>, name: string) =>
  planned(settings).stages.find((each) => each.name === name)!;

const CALM = { failures: 0, stragglers: 0 };

describe("a plan", () => {
  it("goes through the stages from import to lists, and adds them up", () => {
    const { stages, total, interactions } = planned({ histories: 10 });
    expect(stages.map(({ name }) => name)).toEqual([
      "import",
      "reason",
      "embed",
      "similar users",
      "train",
      "recommend",
    ]);
    expect(interactions).toBe(100_000);
    expect(total.seconds).toBeCloseTo(
      stages.reduce((sum, { seconds }) => sum + seconds!, 0),
      9,
    );
    expect(total.storageBytes).toBeCloseTo(
      stages.reduce((sum, { storageBytes }) => sum + storageBytes, 0),
      3,
    );
    expect(total.memoryMiB).toBe(Math.max(...stages.map(({ memoryMiB }) => memoryMiB)));
  });

  it("counts three calls about each item and user, or one, and their repairs, with answers as long as an estimate's", () => {
    const llm = { llm: "openai:m", callSeconds: 1, prompts: "figures-6-7/3" } as const;
    const { questions } = planned(llm);
    expect(questions!.calls).toBeCloseTo(3 * 15_000 * RATES.callsOfAQuestion.large, 6);
    expect(planned({ ...llm, prompts: "one-call/1" }).questions!.calls).toBeCloseTo(questions!.calls / 3, 6);
    const short = planned({ ...llm, prompts: "one-call/2" }).questions!;
    expect(short.calls).toBeCloseTo(questions!.calls / 3, 6);
    expect(short.completionTokens).toBeLessThan(planned({ ...llm, prompts: "one-call/1" }).questions!.completionTokens);
    const { tokens } = assumedLength(BUILT_IN_PROMPTS["one-call/2"]!);
    expect(short.completionTokens / short.calls).toBeCloseTo(tokens, 9);
    const { item, user } = RATES.promptTokens.apart;
    expect(questions!.promptTokens).toBeCloseTo((5000 * item + 10_000 * user) * RATES.callsOfAQuestion.large, 3);
  });

  it("takes money for tokens by the million, and for machines by the hour", () => {
    const { questions } = planned({ llm: "openai:m", callSeconds: 1 });
    const { cost } = stage({ llm: "openai:m", callSeconds: 1, priceInput: 0.5, priceOutput: 2 }, "reason");
    expect(cost).toBeCloseTo((questions!.promptTokens * 0.5 + questions!.completionTokens * 2) / 1e6, 9);
    const train = stage({ machineHour: 3 }, "train");
    expect(train.cost).toBeCloseTo((train.seconds! / 3600) * 3, 9);
  });

  it("lets calls follow each other as the service allows", () => {
    const way = { llm: "openai:m", prompts: "figures-6-7/3" } as const;
    const limited = { ...way, callSeconds: 0.01, callsPerMinute: 6000, ...CALM };
    const { questions } = planned(limited);
    expect(stage(limited, "reason").seconds! / (questions!.calls / 100)).toBeCloseTo(1, 2);
    const busy = { ...limited, callSeconds: 2, callsPerMinute: undefined, concurrency: 100 };
    expect(stage(busy, "reason").seconds! / ((questions!.calls * 2) / 100)).toBeCloseTo(1, 1);
  });

  it("has a model in process compute on every machine, and takes money for these", () => {
    const settings = { llm: "llama-cpp:m.gguf", cores: 4, machineHour: 2, ...CALM };
    const [alone, four] = [stage(settings, "reason"), stage({ ...settings, machines: 4 }, "reason")];
    expect(alone.seconds! / four.seconds!).toBeCloseTo(4, 1);
    expect(four.cost).toBeCloseTo((four.seconds! / 3600) * 4 * 2, 9);
  });

  it("of batches takes a day for a wave at the most, and counts the files", () => {
    const settings = { users: 1e7, items: 1e6, llm: "openai:m", batch: true, prompts: "figures-6-7/3" } as const;
    const { seconds, work } = stage(settings, "reason");
    expect(seconds).toBe(6 * 24 * 3600);
    expect(work).toMatch(/^33,660,000 calls in 674 files and 6 waves/);
    const { prompts: _, ...byDefault } = settings;
    expect(stage(byDefault, "reason").seconds).toBe(2 * 24 * 3600);
  });

  it("refuses batches of who takes none, and says which options tell nothing of batches", () => {
    expect(() => planned({ batch: true })).toThrow("--llm offline is not asked so. Write --llm openai:MODEL");
    expect(() => planned({ batch: true, llm: "ollama:m" })).toThrow(UsageError);
    const batched = { batch: true, llm: "openai:m" } as const;
    expect(planned(batched).warnings).toEqual([]);
    expect(planned({ ...batched, callSeconds: 2 }).warnings.join()).toContain("--call-seconds and --calls-per-minute");
  });

  it("does not know how long a model takes that nobody has measured, and says what to do", () => {
    const { total, warnings } = planned({ llm: "openai:m" });
    expect(total.seconds).toBeUndefined();
    expect(warnings.join()).toMatch(/reason: the time is unknown\..*--estimate --sample 5.*--call-seconds/);
  });

  it("divides lists among machines, a shard at a time", () => {
    const settings = { users: 16_384 * 8, items: 12_101, ...CALM };
    const alone = stage(settings, "recommend");
    expect(alone.work).toContain("256 shards");
    expect(stage({ ...settings, machines: 4 }, "recommend").seconds).toBeCloseTo(alone.seconds! / 4, 9);
    expect(stage({ ...settings, machines: 1000 }, "recommend").seconds).toBeCloseTo(alone.seconds! / 256, 9);
    // Shards are whole blocks of 256 users.
    expect(stage({ ...settings, users: 300 }, "recommend").work).toContain("2 shards");
    expect(stage({ ...settings, users: 16_384 * 512 }, "recommend").work).toContain("512 shards");
  });

  it("divides texts among machines where the encoder takes them one by one, and leaves LSA whole", () => {
    const settings = { users: 800_000, items: 48_576, machines: 4, ...CALM };
    const [lsa, alone] = [stage(settings, "embed"), stage({ ...settings, machines: 1, encoder: "minilm" }, "embed")];
    const minilm = stage({ ...settings, encoder: "minilm" }, "embed");
    expect([lsa.machines, alone.machines, minilm.machines]).toEqual([1, 1, 4]);
    expect(minilm.work).toMatch(/256 shards$/);
    expect(minilm.seconds).toBeCloseTo(alone.seconds! / 4, 6);
    expect(minilm.processorSeconds).toBe(848_576 * RATES.encodedTextProcessorSeconds);
  });

  it("divides an exact search for similar users among machines, and leaves an approximate one whole", () => {
    const settings = { users: 512 * 256, machines: 4, ...CALM };
    const exact = stage(settings, "similar users");
    expect(exact.machines).toBe(4);
    expect(exact.seconds).toBeCloseTo(stage({ ...settings, machines: 1 }, "similar users").seconds! / 4, 9);
    expect(exact.work).toBe("50 of each of 131,072 users, exact, 256 shards");
    expect(stage({ ...settings, users: SIMILAR_BLOCK + 1, machines: 9 }, "similar users").machines).toBe(2);
    expect(stage({ ...settings, users: SIMILAR_BLOCK, machines: 9 }, "similar users").machines).toBe(1);
    expect(stage({ ...settings, similarUsers: "approximate" }, "similar users").machines).toBe(1);
  });

  it("warns of memory that the machines do not have, and of figures far beyond what was measured", () => {
    const { warnings } = planned({ users: 1e7, items: 1e6, memoryGib: 16 });
    expect(warnings.join("\n")).toMatch(/^train: needs about \d+ GiB of memory, and the machines have 16 GiB\.$/m);
    expect(warnings.join("\n")).toMatch(/^similar users: 63 times the largest size that was measured/m);
    expect(planned({}).warnings).toEqual([]);
  });

  it("says how Node.js is given more than 4 GiB for objects, where no size that was measured took so much", () => {
    const { warnings } = planned({ users: 1e7, items: 1e6, memoryGib: 64 });
    expect(warnings.at(-1)).toMatch(
      /^import, .*embed, .*about 4 GiB.*NODE_OPTIONS=--max-old-space-size=49152 \(in MiB\)/,
    );
    expect(planned({ users: 160_000, histories: 120 }).warnings.join()).not.toContain("NODE_OPTIONS");
  });

  it("refuses writers of texts that there are not", () => {
    expect(() => planned({ llm: "opnai:m" })).toThrow(UsageError);
    expect(() => planned({ llm: "replay:a.jsonl" })).toThrow(/recorded answers need no plan/);
  });
});
