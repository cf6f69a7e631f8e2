// A run and vectors that were made again under the name of its own: the texts are the same, the space is another.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { temporaryDirectory } from "../../test/support/temporary.ts";
import { tinyShop } from "../../test/support/tiny-shop.ts";
import { InputError } from "../base/errors.ts";
import type { Dataset } from "../data/index.ts";
import { vectorsDigest } from "../embedding/index.ts";
import { type EmbedOptions, embed } from "../pipeline/embed/embed.ts";
import type { OpenRun } from "./run.ts";
import { openRunEmbeddings } from "./run-embeddings.ts";

let dataset: Dataset;

async function embedded(more: Partial<EmbedOptions> = {}) {
  const texts = { itemText: "attributes", userText: "attributes" } as const;
  const { manifest } = await embed({ dataset, seed: 1, dimensions: 4, name: "lsa", ...texts, ...more });
  return manifest;
}

/** Of a run trained with what lies there now. */
async function trained(): Promise<Parameters<typeof openRunEmbeddings>[0]> {
  const { items, users } = await embedded();
  const embeddings = {
    name: "lsa",
    textsBy: "attributes",
    itemTextHash: items.textHash,
    userTextHash: users.textHash,
    vectorsDigest: await vectorsDigest(dataset.directory, "lsa"),
  };
  return { directory: "run", dataset, config: { embeddings } as OpenRun["config"] };
}

beforeEach(async () => {
  dataset = tinyShop(await temporaryDirectory());
});

it("opens vectors that were made again as they were", async () => {
  const run = await trained();
  await embedded();
  expect((await openRunEmbeddings(run))!.items.rows).toBe(30);
});

it.each([
  ["of other options", { bigrams: true }],
  ["whitened", { whiten: 0.5 }],
  ["of another encoder", { encoder: "random" }],
])("refuses vectors that are %s", async (_, other) => {
  const run = await trained();
  await embedded(other);
  const opened = openRunEmbeddings(run);
  await expect(opened).rejects.toThrow(InputError);
  await expect(opened).rejects.toThrow("vectors made anew, other than those that the run was trained with");
});

it("refuses other vectors before it reads them", async () => {
  const run = await trained();
  await embedded({ bigrams: true });
  await writeFile(join(dataset.directory, "embeddings", "lsa", "items.safetensors"), "not read");
  await expect(openRunEmbeddings(run)).rejects.toThrow("vectors made anew");
  await embedded();
  await writeFile(join(dataset.directory, "embeddings", "lsa", "items.safetensors"), "damaged");
  await expect(openRunEmbeddings(run)).rejects.toThrow(/items\.safetensors: found 7 bytes/);
});

it("takes any vectors of the same texts for a run of an older version, which does not say which it had", async () => {
  const { config, ...run } = await trained();
  await embedded({ bigrams: true });
  const embeddings = { ...config.embeddings!, vectorsDigest: undefined };
  expect((await openRunEmbeddings({ ...run, config: { ...config, embeddings } }))!.items.rows).toBe(30);
});
