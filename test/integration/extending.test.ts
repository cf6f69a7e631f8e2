import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { bprMf, bprMfDefinition } from "../../examples/extending/bpr-mf.ts";
import { latestDefinition } from "../../examples/extending/latest.ts";
import { letterPairs } from "../../examples/extending/letter-pairs.ts";
import { llamaServerReasoner } from "../../examples/extending/llama-server.ts";
import { movieLens } from "../../examples/extending/movielens.ts";
import * as isrf from "../../src/index.ts";
import { resolveOptions } from "../../src/recommenders/options/index.ts";
import { popularity } from "../../src/recommenders/yardsticks/index.ts";
import { plausibleAnswer } from "../support/llm-server.ts";
import { plantedSplit } from "../support/planted-split.ts";
import { directoryWith, temporaryDirectory } from "../support/temporary.ts";
import { hitRate, trainedIdModel } from "../support/trained-id-model.ts";

const MOVIES = Array.from({ length: 12 }, (_, i) => `${i + 1}::Film ${i + 1}::Drama|${i % 2 === 0 ? "War" : "Comedy"}`);
/** Eight people who each rated six films, newest first. */
const RATINGS = Array.from({ length: 48 }, (_, i) => `${1 + Math.floor(i / 6)}::${1 + ((i * 5) % 12)}::4::${9000 - i}`);

async function films(ratings: readonly string[] = RATINGS): Promise<isrf.Dataset> {
  const directory = await directoryWith({ "ratings.dat": ratings.join("\n"), "movies.dat": MOVIES.join("\n") });
  const out = `${await temporaryDirectory()}/films`;
  return isrf.importDataset({ read: movieLens(directory), out, kCore: 0, minLength: 3 });
}

/** What a llama.cpp server looks like from outside: its address and what it was asked. */
async function completions(): Promise<{ readonly address: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { prompt } = JSON.parse(body) as { prompt: string };
    asked.push(prompt);
    response.end(JSON.stringify({ content: plausibleAnswer(prompt), stopped_limit: false }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const ROOT = join(import.meta.dirname, "../..");

describe("the examples of docs/extending.md", () => {
  it("stand in the page as they are in their files", async () => {
    const page = await readFile(join(ROOT, "docs/extending.md"), "utf8");
    const shown = [...page.matchAll(/\(\.\.\/(examples\/extending\/[^)]+)\)[^`]*```ts\n(.*?)```/gs)];
    for (const [, file, text] of shown) expect(text, file).toBe(await readFile(join(ROOT, file!), "utf8"));
    const files = (await readdir(join(ROOT, "examples/extending"))).map((name) => `examples/extending/${name}`);
    expect(shown.map(([, file]) => file).sort()).toEqual(files.sort());
  });

  it("bpr-mf learns what the planted shop holds", async () => {
    const shop = plantedSplit();
    const model = await trainedIdModel(bprMf, shop);
    const counted = await hitRate(popularity({ split: shop.split }), shop, "direct");
    expect(await hitRate(model, shop, "direct")).toBeGreaterThan(1.5 * counted);
    await model.dispose();
    const options = resolveOptions(bprMfDefinition.options, "tiny", { given: { epochs: 2 } });
    expect(options).toMatchObject({ width: 32, epochs: 2 });
  });

  it("movielens reads ratings oldest first and names the line that is malformed", async () => {
    const dataset = await films();
    expect(dataset.manifest.counts).toMatchObject({ users: 8, interactions: 48 });
    const [first] = dataset.sequences;
    expect(Array.from(first!, (item) => dataset.items[item]!.title)).toEqual(
      [2, 9, 4, 11, 6, 1].map((film) => `Film ${film}`),
    );
    await expect(films(["1::2::3"])).rejects.toThrow(/ratings\.dat:1/);
    await expect(films([...RATINGS, "9::99::4::1"])).rejects.toThrow(/a rating of movie 99/);
  });

  it("llama-server reasons, letter-pairs embeds, and latest stands beside what is evaluated", async () => {
    const dataset = await films();
    const split = isrf.splitLeaveLastTwo(dataset);
    const { address, asked } = await completions();
    const reasoner = llamaServerReasoner(address);
    const { items, users } = await isrf.reason({ dataset, reasoner, seed: 1 });
    expect([items.complete, users.complete]).toEqual([12, 8]);
    // Eight people have two histories between them: equal questions are asked once.
    expect(asked).toHaveLength(3 * (12 + 2));
    const { manifest } = await isrf.embed({
      dataset,
      encoder: letterPairs,
      itemText: "attributes",
      seed: 1,
    });
    expect(manifest).toMatchObject({ name: "letter-pairs-attributes-feature", dimensions: 676 });
    const recommender = latestDefinition.create({ split, seed: 1 });
    const { tasks } = await isrf.evaluateRecommender({
      recommender,
      dataset,
      split,
      splitName: "test",
      yardsticks: false,
    });
    expect(tasks.flatMap(({ systems }) => systems.map(({ name }) => name))).toEqual(["latest", "latest", "latest"]);
  });
});
