// `isrf reason judge` by the command line: rules' texts, and those of a model that says the same of everything.
import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import { splitOf, synthesiseShop } from "../../src/data/index.ts";
import { type JudgeReport, makeReasoner, reason } from "../../src/pipeline/reason/index.ts";
import { BUILT_IN_PROMPTS, readLabelledReplies, STEPWISE_PROMPTS } from "../../src/reasoning/index.ts";
import { LlmServer } from "../support/llm-server.ts";
import { shell } from "../support/shell.ts";

async function shopFolder() {
  const folder = await mkdtemp(join(tmpdir(), "isrf-judge-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return synthesiseShop({ users: 20, items: 60, seed: 3, out: join(folder, "shop") });
}

async function judged(directory: string): Promise<JudgeReport> {
  return JSON.parse((await shell(`reason judge ${directory} --sample 15 --json`, commands)).stdout) as JudgeReport;
}

it("finds nothing to blame in texts by rules, which say what the catalogue says", async () => {
  const shop = await shopFolder();
  await reason({ dataset: shop });
  const { source, kinds } = await judged(shop.directory);
  expect(source).toBe("rule-based (offline)");
  for (const { drawn, complete, allPassed } of kinds) {
    expect([drawn, complete]).toEqual([15, 15]);
    expect(allPassed).toBeGreaterThanOrEqual(13);
  }
  const page = join(shop.directory, "..", "chains.html");
  await shell(`reason judge ${shop.directory} --sample 3 --page ${page}`, commands);
  expect(await readFile(page, "utf8")).toContain(", each text by itself: no step reads another&#39;s. ");
});

it("sees that a model says the same of everything, invents names, and negates what it said before", async () => {
  const shop = await shopFolder();
  await using server = await LlmServer.start(({ prompt }) => {
    const text = /\[FEATURE\]:\s|\[PREFERENCE\]:\s/.test(`${prompt}\n`)
      ? "Something of Contoso, admired everywhere."
      : /\[NEGATIVE\w*\]:$/.test(prompt)
        ? "Gardeners who do not spend calm evenings with others at their own homes."
        : "Gardeners who spend long evenings at home.";
    return { kind: "answer", text };
  });
  const options = { structured: "off", concurrency: 8 } as const;
  const reasoner = makeReasoner("openai:scripted", shop, splitOf(shop), options, server.environment);
  await reason({ dataset: shop, reasoner, prompts: STEPWISE_PROMPTS });
  const { kinds, worst } = await judged(shop.directory);
  const [items] = kinds;
  expect(items).toMatchObject({ complete: 15, alike: 15, allPassed: 0 });
  expect(items!.passed).toMatchObject({ plain: 15, specific: 0, grounded: 0, consistent: 0 });
  expect(worst[0]!.texts.feature).toContain("Contoso");
  const { stdout } = await shell(`reason judge ${shop.directory} --sample 15`, commands);
  expect(stdout).toMatch(/grounded +0 % +- {2}no text holds a number or a name that is not in the data/);
  expect(stdout).toMatch(/\(not specific, grounded, consistent\)/);
});

describe("a model as a judge", () => {
  /** Says of every chain that it is grounded and specific, and of users' that they contradict themselves. */
  const opinionated = () =>
    LlmServer.start(({ prompt }) => {
      const consistent = prompt.includes("user's") ? "no" : "yes";
      return {
        kind: "answer",
        text: JSON.stringify({ specific: "yes", grounded: "yes", opposed: "yes", consistent }),
      };
    });

  async function judgedBy(server: LlmServer, line: string) {
    const environment = server.environment;
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    return shell(line, commands);
  }

  it("is asked once a chain, its verdicts stand beside the rules' with their agreement, and are kept", async () => {
    const shop = await shopFolder();
    await reason({ dataset: shop });
    await using server = await opinionated();
    const line = `reason judge ${shop.directory} --sample 10 --by openai:scripted`;
    const { judge, kinds } = JSON.parse((await judgedBy(server, `${line} --json`)).stdout) as JudgeReport;
    expect(judge).toMatchObject({ model: "scripted (openai)", asked: 20, reused: 0, unclear: 0 });
    expect(server.questions).toHaveLength(20);
    expect(server.questions[0]!.body).toMatchObject({ temperature: 0 });
    const [items] = kinds;
    expect(items!.byModel).toMatchObject({ judged: 10, passed: { specific: 10, consistent: 10 } });
    expect(items!.byModel!.agreement.specific.share).toBeCloseTo(items!.passed.specific / 10, 12);
    const { stdout } = await judgedBy(server, line);
    expect(server.questions).toHaveLength(20);
    expect(stdout).toContain("by scripted (openai): 0 asked, 20 known from before, 0 unclear");
  });

  const YES = JSON.stringify({ specific: "yes", grounded: "yes", opposed: "yes", consistent: "yes" });

  it.each([
    ["a temperature", "Unsupported value: 'temperature' does not support 0 with this model.", "temperature"],
    ["a schema", "This model does not support response_format of type json_schema.", "response_format"],
  ])("is asked without %s where the service refuses one", async (_, message, field) => {
    const shop = await shopFolder();
    await reason({ dataset: shop });
    await using server = await LlmServer.start(({ body }) =>
      body[field] === undefined ? { kind: "answer", text: YES } : { kind: "status", status: 400, message },
    );
    const line = `reason judge ${shop.directory} --sample 10 --by openai:scripted --concurrency 1 --json`;
    const { judge } = JSON.parse((await judgedBy(server, line)).stdout) as JudgeReport;
    expect(judge).toMatchObject({ asked: 20, unclear: 0 });
    expect(server.questions).toHaveLength(21);
  });

  it("has room to think where it does so though its name does not say it", async () => {
    const shop = await shopFolder();
    await reason({ dataset: shop });
    await using server = await LlmServer.start(({ body }) =>
      Number(body.max_tokens) < 1000 || body.response_format !== undefined
        ? { kind: "answer", text: "", thinking: "Let me see.", isTruncated: true }
        : { kind: "answer", text: YES, thinking: "Let me see whether all of it holds." },
    );
    const line = `reason judge ${shop.directory} --sample 10 --by openai:scripted --concurrency 1 --json`;
    const { judge } = JSON.parse((await judgedBy(server, line)).stdout) as JudgeReport;
    expect(judge).toMatchObject({ asked: 20, unclear: 0 });
    expect(server.questions).toHaveLength(21);
  });

  it("that is refused whatever it is asked is told in the service's words", async () => {
    const shop = await shopFolder();
    await reason({ dataset: shop });
    await using server = await LlmServer.start(() => ({ kind: "status", status: 400, message: "no such thing" }));
    const line = `reason judge ${shop.directory} --sample 10 --by openai:scripted`;
    expect((await judgedBy(server, line)).stderr).toMatch(/status 400, no such thing/);
  });

  it("is first asked about labelled replies, and told apart from the labels by share and kappa", async () => {
    const shop = await shopFolder();
    await reason({ dataset: shop });
    const labelled = await readLabelledReplies();
    const usable = labelled.filter(({ isUsable }) => isUsable);
    // Right on every reply but the first three, of which it says nothing that can be read.
    await using server = await LlmServer.start(({ prompt, number }) => {
      if (number <= 3) return { kind: "answer", text: "Who knows?" };
      const chain = JSON.stringify({ specific: "yes", grounded: "yes", opposed: "yes", consistent: "yes" });
      const isUsable = usable.some(({ reply }) => prompt.includes(`REPLY: ${reply}`));
      return { kind: "answer", text: prompt.includes("REPLY: ") ? `{"usable": "${isUsable ? "yes" : "no"}"}` : chain };
    });
    const line = `reason judge ${shop.directory} --sample 2 --by openai:scripted --concurrency 1 --calibrate`;
    const first = JSON.parse((await judgedBy(server, `${line} --json`)).stdout) as JudgeReport;
    expect(first.calibration).toMatchObject({ replies: labelled.length, usable: usable.length, unclear: 3 });
    expect(first.calibration!.agreement.count).toBe(labelled.length - 3);
    expect(first.calibration!.agreement.kappa).toBeGreaterThan(0.9);
    expect(first.judge).toMatchObject({ asked: 4 });
    const { stdout } = await judgedBy(server, line);
    expect(stdout).toMatch(/on 108 labelled replies: 3 asked, 105 known from before, 0 unclear/);
    expect(stdout).toMatch(
      /people call 50 of them usable, it calls \d+ so; agreement (?:9\d|100) % \((?:0.9\d|1.00)\)/,
    );
    expect(stdout).not.toContain("hardly more than by chance");
  });

  it("is said to mean little where it calls every reply usable", async () => {
    const shop = await shopFolder();
    await reason({ dataset: shop });
    const all = { usable: "yes", specific: "yes", grounded: "yes", opposed: "yes", consistent: "yes" };
    await using server = await LlmServer.start(() => ({ kind: "answer", text: JSON.stringify(all) }));
    const line = `reason judge ${shop.directory} --sample 1 --by openai:scripted --calibrate`;
    const { stdout } = await judgedBy(server, line);
    expect(stdout).toContain("people call 50 of them usable, it calls 108 so; agreement 46 % (0.00)");
    expect(stdout).toContain("hardly more than by chance: what it says of the texts means little");
  });

  it("goes on after a kill in the midst of a line, and says which line is none", async () => {
    const shop = await shopFolder();
    await reason({ dataset: shop });
    await using server = await opinionated();
    const line = `reason judge ${shop.directory} --sample 5 --by openai:scripted`;
    await judgedBy(server, line);
    const log = join(shop.directory, "reasoning", "verdicts.jsonl");
    await appendFile(log, '{"key": "half');
    expect((await judgedBy(server, line)).stdout).toContain("10 known from before");
    expect((await readFile(log, "utf8")).endsWith("}\n")).toBe(true);
    await appendFile(log, "no verdict\n");
    const { code, stderr } = await judgedBy(server, line);
    expect(code).toBe(2);
    expect(stderr).toContain("verdicts.jsonl:11");
  });

  it("stops when nothing that it says can be read, and refuses what is no model", async () => {
    const shop = await shopFolder();
    await reason({ dataset: shop });
    await using server = await LlmServer.start(() => ({ kind: "answer", text: "What lovely texts." }));
    const { code, stderr } = await judgedBy(server, `reason judge ${shop.directory} --by openai:scripted`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/answered none of \d+ questions by yes and no. The last time: "What lovely texts."/);
    const rules = await shell(`reason judge ${shop.directory} --by offline`, commands);
    expect(rules.code).toBe(2);
    expect(rules.stderr).toContain('"offline" asks no language model');
  });
});

it("writes every chain into a page that loads nothing: subject, texts, what is wrong, what it took", async () => {
  const shop = await shopFolder();
  await using server = await LlmServer.start(() => ({ kind: "answer", cachedTokens: 5 }));
  const reasoner = makeReasoner("openai:scripted", shop, splitOf(shop), {}, server.environment);
  await reason({ dataset: shop, reasoner, prompts: STEPWISE_PROMPTS });
  const page = join(shop.directory, "..", "chains.html");
  const { stdout } = await shell(`reason judge ${shop.directory} --sample 6 --page ${page}`, commands);
  expect(stdout).toContain(`every chain in ${page}`);
  const text = await readFile(page, "utf8");
  expect(text).toContain(", each step told the answers before it. ");
  expect(text.match(/<details class="chain">/g)).toHaveLength(12);
  expect(text).toContain("Title: ");
  expect(text).toMatch(/3 calls, [\d,]+ tokens in prompts \(15 from the server&#39;s cache\), [\d,]+ in answers/);
  const shown = await shell(["reason", "show", shop.directory, "--item", shop.items[0]!.itemId], commands);
  expect(shown.stdout).toMatch(/answer: openai scripted, \d+ \(5 of them from the server's cache\) \+ \d+ tokens, /);
  expect(text).not.toMatch(/<script|https?:\/\//);
  expect(text).toContain("default-src 'none'");
});

it("takes long answers to the paper's own prompts, which ask for no length, as plain", async () => {
  const shop = await shopFolder();
  const long = Array.from({ length: 160 }, (_, at) => `things${at}`).join(" and ");
  await using server = await LlmServer.start(({ prompt }) => {
    const [tag] = /\w+(?=\]:$)/.exec(prompt)!;
    if (tag.startsWith("POSITIVE")) return { kind: "answer", text: `Whoever reads in bed enjoys ${long}.` };
    if (tag.startsWith("NEGATIVE")) return { kind: "answer", text: "Gardeners who spend no calm evening indoors." };
    return { kind: "answer", text: tag === "FEATURE" ? "A soft light for a room." : "The user reads late." };
  });
  const reasoner = makeReasoner("openai:scripted", shop, splitOf(shop), { concurrency: 8 }, server.environment);
  const prompts = BUILT_IN_PROMPTS["figures-6-7/printed"]!;
  await reason({ dataset: shop, reasoner, prompts });
  const { kinds } = await judged(shop.directory);
  expect(kinds.map(({ complete, passed }) => [complete, passed.plain])).toEqual([
    [15, 15],
    [15, 15],
  ]);
});
