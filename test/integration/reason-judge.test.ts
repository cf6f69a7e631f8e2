// `isrf reason judge` by the command line: rules' texts, and those of a model that says the same of everything.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import { splitOf, synthesiseShop } from "../../src/data/index.ts";
import { type JudgeReport, makeReasoner, reason } from "../../src/pipeline/reason/index.ts";
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
  await reason({ dataset: shop, reasoner });
  const { kinds, worst } = await judged(shop.directory);
  const [items] = kinds;
  expect(items).toMatchObject({ complete: 15, alike: 15, allPassed: 0 });
  expect(items!.passed).toMatchObject({ plain: 15, specific: 0, grounded: 0, consistent: 0 });
  expect(worst[0]!.texts.feature).toContain("Contoso");
  const { stdout } = await shell(`reason judge ${shop.directory} --sample 15`, commands);
  expect(stdout).toMatch(/grounded +0 % +- {2}no text holds a number or a name that is not in the data/);
  expect(stdout).toMatch(/\(not specific, grounded, consistent\)/);
});
