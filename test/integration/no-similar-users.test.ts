// A run whose witnesses read no similar users: it has individual interests, and no group's.
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import { openDataset } from "../../src/data/index.ts";
import type { EvidenceExplanation } from "../../src/pipeline/explain/index.ts";
import { removeFolder, folderWithRun as runIn, startServer } from "../support/serving.ts";
import { shell } from "../support/shell.ts";
import { TOY_BACKBONE } from "../support/trained-shop.ts";

const OFF = ["Group", "Sequence", "Generator"].map((name) => `--set witness${name}=false`).join(" ");

let folder: string;
let user: string;

beforeAll(async () => {
  folder = await runIn("isrf", `${TOY_BACKBONE} ${OFF}`);
  user = (await openDataset(join(folder, "shop"))).users[4]!;
}, 120_000);

afterAll(() => removeFolder(folder));

it("is explained by what it reads", async () => {
  const { code, stdout, stderr } = await shell(`explain ${join(folder, "run")} --user ${user} --json`, commands);
  expect(code, stderr).toBe(0);
  const { interests, recommendations } = JSON.parse(stdout) as EvidenceExplanation;
  expect(recommendations).not.toEqual([]);
  expect(interests!.individual).toHaveLength(interests!.categories.length);
  expect(interests).not.toHaveProperty("group");
  const { stdout: text } = await shell(`explain ${join(folder, "run")} --user ${user}`, commands);
  expect(text).toMatch(/affinity to categories: individual\n {2}\S.* {2}\d\.\d\d\n/);
});

it("serves users without the interest of a group", async () => {
  const server = await startServer([join(folder, "run")], ["--store", join(folder, "store")]);
  try {
    const { interests } = (await (await fetch(`${server.url}/v1/users/${user}`)).json()) as {
      readonly interests: { readonly individual: readonly unknown[]; readonly categories: readonly object[] };
    };
    expect(interests.individual).not.toEqual([]);
    expect(interests).not.toHaveProperty("group");
    for (const affinity of interests.categories) expect(affinity).not.toHaveProperty("group");
  } finally {
    await server.stop();
  }
}, 60_000);
