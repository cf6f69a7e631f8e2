// Texts and vectors of new items: as the run's were made, or not at all.
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { LlmServer } from "../../../test/support/llm-server.ts";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { preparedShop } from "../../../test/support/trained-shop.ts";
import { CancelledError } from "../../base/errors.ts";
import { matrix, row } from "../../base/matrix.ts";
import { type Dataset, type Item, openDataset } from "../../data/index.ts";
import { type Embeddings, openEmbeddings, type PretrainedEncoder } from "../../embedding/index.ts";
import { embed } from "../embed/index.ts";
import { knownItemTexts } from "./known-texts.ts";
import { textsOfNewItems } from "./new-texts.ts";
import { dropUnfinished, openTextSpace, vectorsOfNewTexts } from "./new-vectors.ts";

let folder: string;
let dataset: Dataset;
let embeddings: Embeddings;
let known: readonly string[];
const report = () => {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isrf-test-"));
  dataset = await openDataset(await preparedShop(folder));
  embeddings = await openEmbeddings(dataset.directory, "lsa", dataset);
  known = await knownItemTexts(dataset, embeddings.manifest, report);
}, 60_000);

afterEach(() => void vi.unstubAllEnvs());
afterAll(() => rm(folder, { recursive: true, force: true }));

const item = (itemId: string): Item => ({ ...dataset.items[7]!, itemId });

test("an item like a known one is written about alike, and lies near it", async () => {
  const { manifest } = embeddings;
  const { texts, by } = await textsOfNewItems({ dataset, items: [item("N1")], manifest });
  expect(by).toBe("rule-based (offline)");
  const vectors = await vectorsOfNewTexts({ run: "run", embeddings, known, texts, report });
  const own = row(vectors, 0);
  const cosine = row(embeddings.items, 7).reduce((sum, value, c) => sum + value * own[c]!, 0);
  expect(cosine).toBeGreaterThan(0.8);
});

test("vectors of a run that whitened its own are whitened alike: a known text's are those that are stored", async () => {
  const { manifest } = await embed({ dataset, dimensions: 16, whiten: 0.5, name: "white" });
  const white = await openEmbeddings(dataset.directory, manifest.name, dataset);
  const texts = [known[7]!, "zzyzx"];
  const vectors = await vectorsOfNewTexts({ run: "run", embeddings: white, known, texts, report });
  for (const [c, value] of row(white.items, 7).entries()) expect(row(vectors, 0)[c]).toBeCloseTo(value, 4);
  expect(row(vectors, 1).every((value) => value === 0)).toBe(true);
  const unwhitened = { ...white, whitening: undefined };
  await expect(vectorsOfNewTexts({ run: "run", embeddings: unwhitened, known, texts, report })).rejects.toThrow(
    "other vectors of",
  );
});

test("rules write in a language model's place with a word, and nobody where the run reads attributes", async () => {
  const messages: string[] = [];
  const request = {
    dataset,
    items: [item("N1")],
    report: (event: { readonly kind: string; readonly message?: string }) =>
      void (event.kind === "warning" && messages.push(event.message!)),
  };
  const { manifest } = embeddings;
  const byModel = await textsOfNewItems({ ...request, manifest: { ...manifest, textsBy: "deepseek-r1 (ollama)" } });
  expect(byModel.by).toBe("rule-based (offline)");
  expect(messages).toEqual([expect.stringMatching(/deepseek-r1 .* --llm/)]);
  const plain = { ...manifest, items: { ...manifest.items, text: "attributes" as const } };
  const { texts, by } = await textsOfNewItems({ ...request, manifest: plain });
  expect(by).toBe("attributes");
  expect(texts[0]).toContain(dataset.items[7]!.title);
});

test("what a language model wrote before a stop is kept, and not asked for again", async () => {
  const stop = new AbortController();
  await using server = await LlmServer.start(({ number }) => {
    if (number === 2) stop.abort();
    return { kind: "answer" };
  });
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
  const journal = join(folder, "answers");
  const items = [item("N1"), { ...dataset.items[9]!, itemId: "N2" }];
  const request = { dataset, items, manifest: embeddings.manifest, llm: "openai:m", journal };
  await expect(textsOfNewItems({ ...request, signal: stop.signal })).rejects.toThrow(CancelledError);
  expect(server.answers).toBe(2);
  const { texts, by } = await textsOfNewItems(request);
  expect(by).toContain("openai");
  expect(texts).toHaveLength(2);
  // A call a step, of three about each item.
  expect(server.answers).toBe(6);
});

test("an encoder that has changed is noticed without a new text", async () => {
  const items = matrix(known.length, 2, Float32Array.from(known.flatMap((text) => [text.length, 1])));
  const manifest = { ...embeddings.manifest, encoder: { kind: "mine", options: {} } };
  const request = { run: folder, embeddings: { ...embeddings, items, manifest }, known, report };
  const check = async (encoder: PretrainedEncoder) => (await openTextSpace({ ...request, encoder })).check();
  await check(ownEncoder());
  await expect(check(ownEncoder(1))).rejects.toThrow("other vectors of 4 of 4");
});

test("vectors of a version that took a run of Japanese signs for one word are refused", async () => {
  const asian = known.map((text, at) => (at % 2 === 0 ? `${text} 軽量テント` : text));
  const request = { run: "run", embeddings, known: asian, texts: ["テント"], report };
  await expect(vectorsOfNewTexts(request)).rejects.toThrow(
    "run: embeddings lsa: found vectors of a version that took a run of Chinese, Japanese or Thai signs for one word",
  );
});

test("texts that changed, other axes and random vectors are refused", async () => {
  const { manifest } = embeddings;
  const changed = { ...manifest, items: { ...manifest.items, textHash: "other" } };
  await expect(knownItemTexts(dataset, changed, report)).rejects.toThrow("other texts of its items");
  const request = { run: "run", known, texts: ["tea"], report };
  const turned = matrix(embeddings.items.rows, embeddings.items.columns, embeddings.items.data.slice().reverse());
  await expect(vectorsOfNewTexts({ ...request, embeddings: { ...embeddings, items: turned } })).rejects.toThrow(
    "the vectors that the run was trained with",
  );
  const random = { ...embeddings, manifest: { ...manifest, encoder: { kind: "random", options: {} } } };
  await expect(vectorsOfNewTexts({ ...request, embeddings: random })).rejects.toThrow("random vectors");
});

/** A text's vector is [its length, 1]; `slip` makes it another model. */
function ownEncoder(slip = 0): PretrainedEncoder {
  return {
    kind: "mine",
    options: {},
    concurrency: 1,
    async prepare(texts) {
      return {
        batches: [[...texts.keys()]],
        encode: async () =>
          matrix(texts.length, 2, Float32Array.from(texts.flatMap((text) => [text.length, 1 + slip * text.length]))),
      };
    },
    async dispose() {},
  };
}

test("an encoder of one's own is given again, and must be the same", async () => {
  const items = matrix(known.length, 2, Float32Array.from(known.flatMap((text) => [text.length, 1])));
  const manifest = { ...embeddings.manifest, encoder: { kind: "mine", options: {} } };
  const request = {
    run: folder,
    embeddings: { ...embeddings, items, manifest },
    known,
    texts: ["tea", "coffee"],
    report,
  };
  await expect(vectorsOfNewTexts(request)).rejects.toThrow("give it as `encoder`");
  const vectors = await vectorsOfNewTexts({ ...request, encoder: ownEncoder() });
  expect([...vectors.data]).toEqual([3, 1, 6, 1]);
  await expect(vectorsOfNewTexts({ ...request, encoder: ownEncoder(1) })).rejects.toThrow("other vectors of 4 of 4");
});

test("unfinished vectors of other items are deleted, those of an older version too, and nothing else", async () => {
  const run = await temporaryDirectory();
  for (const name of [".items.0a1b2c3d.progress", ".items.progress", ".items.texts", "items.progress", "run.json"])
    await writeFile(join(run, name), "");
  await dropUnfinished(run);
  expect((await readdir(run)).sort()).toEqual([".items.texts", "items.progress", "run.json"]);
});
