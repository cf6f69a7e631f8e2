import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { missingPackage } from "../../../test/support/optional-package.ts";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { UsageError } from "../../base/errors.ts";
import type { ProgressEvent } from "../../base/progress.ts";
import { synthesiseShop } from "../../data/index.ts";
import { KeptSimilarUsers, openEmbeddings, similarUsers, similarUsersDirectory } from "../../embedding/index.ts";
import { embed } from "../embed/embed.ts";
import { train } from "../train/index.ts";
import { prepareSimilarUsers } from "./similar-users.ts";
import { presetsServed, searchOfPreset } from "./takers.ts";

let shop: string;
beforeEach(async () => {
  shop = join(await temporaryDirectory(), "shop");
  await synthesiseShop({ users: 60, items: 60, seed: 5, out: shop });
  await embed({ dataset: shop, itemText: "attributes", userText: "attributes", name: "lsa", dimensions: 16 });
});

describe("similar users found beforehand", () => {
  it("are those that the preset's trainings search, kept beside the vectors, and found once", async () => {
    const first = await prepareSimilarUsers({ dataset: shop });
    expect(first).toMatchObject({
      directory: similarUsersDirectory(join(shop, "embeddings", "lsa"), "exact", 50),
      manifest: { embeddings: "lsa", users: 60, neighbours: 50, search: "exact", recall: 1 },
      isNew: true,
      presets: ["tiny", "mini"],
    });
    expect(await prepareSimilarUsers({ dataset: shop, neighbours: 50 })).toMatchObject({ isNew: false });
    const fewer = await prepareSimilarUsers({ dataset: shop, preset: "tiny" });
    expect(fewer).toMatchObject({ isNew: false, directory: first.directory });
    expect(readdirSync(join(shop, "embeddings"))).toEqual(["lsa"]);
  });

  it("are taken by a training, which says so and does not search", async () => {
    const said: string[] = [];
    const report = (event: ProgressEvent) => {
      if (event.kind === "notice" || event.kind === "stage")
        said.push(`${event.kind} ${Object.values(event).join(" ")}`);
    };
    const overrides = {
      ...{ width: 16, batch: 64, validationUsers: 5, visitsPerEpoch: 1, warmStartEpochs: 1 },
      ...{ witnessSequence: false, witnessGenerator: false, neighbours: 9, epochs: 1 },
    };
    await prepareSimilarUsers({ dataset: shop, neighbours: 12, report });
    expect(said.splice(0).join("\n")).toMatch(/stage similar users top 12 of 60 by cosine/);
    await train({
      dataset: shop,
      out: join(shop, "..", "run"),
      preset: "tiny",
      seed: 3,
      threads: 1,
      overrides,
      report,
    });
    expect(said.join("\n")).toMatch(/similar users: 9 of each taken from .*exact-12, instead of searching\./);
    expect(said.join("\n")).not.toMatch(/top 9 by cosine/);
  });

  it("go with their vectors", async () => {
    const { directory } = await prepareSimilarUsers({ dataset: shop });
    await embed({ dataset: shop, itemText: "attributes", userText: "attributes", name: "lsa", dimensions: 8 });
    expect(readdirSync(join(directory, "..", ".."))).not.toContain("similar-users");
    expect(await prepareSimilarUsers({ dataset: shop })).toMatchObject({ isNew: true });
  });

  it("need one process where the graph is one", async () => {
    const asked = { dataset: shop, search: "approximate", workers: 2 } as const;
    await expect(prepareSimilarUsers(asked)).rejects.toThrow(UsageError);
    await expect(prepareSimilarUsers(asked)).rejects.toThrow(/one graph over all users in one process/);
    await expect(prepareSimilarUsers({ dataset: shop, sample: 9 })).rejects.toThrow(/--sample is for --search appr/);
  });
});

const reason = missingPackage("usearch");

it.skipIf(reason !== "")(`an approximate search keeps the recall that it measured${reason}`, async () => {
  const { manifest, directory, presets } = await prepareSimilarUsers({
    dataset: shop,
    search: "approximate",
    sample: 20,
    seed: 4,
  });
  expect(directory).toMatch(/approximate-50$/);
  expect(manifest).toMatchObject({ search: "approximate", sample: 20, seed: 4 });
  expect(manifest.recall).toBeGreaterThan(0.9);
  expect(presets).toEqual([]);
});

it("knows what presets ask for", () => {
  expect(searchOfPreset("mini")).toEqual({ neighbours: 50, search: "exact" });
  expect(searchOfPreset("paper")).toEqual({ neighbours: 100, search: "exact" });
  expect(() => searchOfPreset("minni")).toThrow(UsageError);
  expect(presetsServed({ neighbours: 100, search: "exact" }, 5000)).toContain("authors");
  expect(presetsServed({ neighbours: 59, search: "exact" }, 60)).toContain("authors");
});

it("are what a search in the same vectors gives", async () => {
  const { users } = await openEmbeddings(shop, "lsa");
  await prepareSimilarUsers({ dataset: shop, neighbours: 5 });
  const kept = new KeptSimilarUsers(join(shop, "embeddings", "lsa"));
  expect(await kept.find({ users, neighbours: 5, search: "exact" })).toEqual(await similarUsers(users, 5));
});
