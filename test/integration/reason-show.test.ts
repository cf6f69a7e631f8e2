// `isrf reason show` and `isrf data stats` over several data sets, by the command line on a small shop.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import { type Dataset, synthesiseShop } from "../../src/data/index.ts";
import { editChain, reason, type ShownChain } from "../../src/pipeline/reason/index.ts";
import { shell } from "../support/shell.ts";

let folder: string;
let shop: Dataset;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isrf-test-"));
  shop = await synthesiseShop({ users: 20, items: 60, seed: 3, out: join(folder, "shop") });
  await reason({ dataset: shop });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function shown(words: string): Promise<ShownChain> {
  const { stdout } = await shell(`reason show ${shop.directory} ${words} --json`, commands);
  return JSON.parse(stdout) as ShownChain;
}

describe("isrf reason show", () => {
  it("prints an item's questions in their words, each told the answers before it", async () => {
    const id = shop.items[4]!.itemId;
    const { steps, source, title } = await shown(`--item ${id}`);
    expect(title).toBe(shop.items[4]!.title);
    expect(source).toBe("rule-based (offline)");
    expect(steps.map(({ step }) => step)).toEqual(["positive", "negative", "feature"]);
    expect(steps[0]!.prompt).toContain("[ATTRIBUTES]: Title:");
    expect(steps[1]!.prompt).toContain(`[POSITIVE]: ${steps[0]!.answer!.text}`);
    expect(steps[2]!.prompt).toContain(`[NEGATIVE]: ${steps[1]!.answer!.text}`);
    const { stdout } = await shell(`reason show ${shop.directory} --item ${id}`, commands);
    expect(stdout).toContain(`item ${id}: ${title}`);
    expect(stdout).toMatch(/answer: offline rules-1, 0 \+ 0 tokens, \d+ ms, 1 call, \d{4}-/);
  });

  it("shows a user's history as the questions told it, and what a person put in an answer's place", async () => {
    const id = shop.users[2]!;
    const before = await shown(`--user ${id}`);
    expect(before.steps[0]!.prompt).toMatch(/\[HISTORY\]:\n- /);
    expect(before.shownItems!.length).toBeGreaterThan(1);
    const former = before.steps[2]!.answer!.text;
    await editChain({ dataset: shop, kind: "user", index: 2, step: "feature", text: "Likes tea.", former, by: "Ada" });
    const { steps } = await shown(`--user ${id}`);
    expect(steps[2]).toMatchObject({ answer: { text: former }, revision: { text: "Likes tea.", by: "Ada" } });
  });

  it.each([
    ["", /expected either --item ID or --user ID/],
    ["--item no --user no", /expected either/],
    ["--item no", /item no is not in .*; a known one is/],
    ["--user no", /user no is not in/],
  ])("refuses %j", async (words, message) => {
    const { code, stderr } = await shell(`reason show ${shop.directory} ${words}`, commands);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it("leaves isrf reason DIR as it is", async () => {
    expect((await shell("reason nowhere", commands)).stderr).toContain("nowhere");
  });
});

describe("isrf data stats", () => {
  const stats = async (words: string) =>
    (await shell(`data stats ${shop.directory} ${shop.directory} ${words}`, commands)).stdout;

  it("draws several datasets in the paper's shape", async () => {
    const latex = await stats("--latex");
    expect(latex).toContain("& synthetic shop & synthetic shop \\\\");
    expect(latex).toContain("\\#Users & 20 & 20 \\\\");
    expect(await stats("--format latex")).toBe(latex);
    expect(await stats("--format markdown")).toContain("| #Items | 60 | 60 |");
    const density = (100 * shop.manifest.counts.interactions) / (20 * 60);
    expect(await stats("--format csv")).toContain(`Density (%),${density},${density}`);
  });

  it("puts all figures side by side, and gives a list of them as JSON", async () => {
    expect(await stats("")).toMatch(/popularity Gini +│ +0\.\d{3} │ +0\.\d{3}/);
    expect(JSON.parse(await stats("--json"))).toMatchObject([{ users: 20 }, { items: 60 }]);
  });
});
