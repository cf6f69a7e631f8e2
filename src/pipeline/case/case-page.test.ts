import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { CaseRecord } from "./case-record.ts";
import { writeCase } from "./index.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isrf-test-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const chain = { kind: "user" as const, id: "u1", source: "a model", promptVersion: "1", steps: [] };
const truth = { itemId: "7", title: "Lamp", isTruth: true, isNew: false };

async function pageOf(own: Partial<CaseRecord>): Promise<string> {
  const record: CaseRecord = {
    ...{ format: 1, kind: "case study", dataset: "shop", user: "u1", rule: "named by the user" },
    ...{ truth, told: [], history: [], neighbours: [], interests: undefined, lists: [] },
    ...own,
  };
  await writeCase(folder, record);
  return readFile(join(folder, "case.html"), "utf8");
}

it("says that nobody was told only where nobody was", async () => {
  const honest = await pageOf({});
  expect(honest).toContain("What came next, and nobody was told: <mark>Lamp");
  expect(honest).not.toContain('class="banner"');
  const leaky = await pageOf({ told: ["run was trained under protocol paper."] });
  expect(leaky).toContain("What came next: <mark>Lamp");
  expect(leaky).not.toContain("nobody was told");
  expect(leaky).toMatch(/class="banner">.*but what answers was: run was trained under protocol paper\./);
});

it.each([
  ["steps", "By a model, each step told the answers before it."],
  ["one call", "By a model, all in one call."],
  ["rules", "By a model, each text by itself: no step reads another&#39;s."],
] as const)("says of chains by %s how they were written", async (chainsBy, words) => {
  expect(await pageOf({ userChain: chain, chainsBy })).toContain(words);
});
