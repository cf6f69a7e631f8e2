import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fixturePath } from "../../../test/parity/fixture.ts";
import { loopbackServer, sendJson } from "../../../test/support/loopback-server.ts";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { tinyShop } from "../../../test/support/tiny-shop.ts";
import { InputError, UsageError } from "../../base/errors.ts";
import { dot, row } from "../../base/matrix.ts";
import type { ProgressEvent } from "../../base/progress.ts";
import { splitLeaveLastTwo } from "../../data/split.ts";
import { openEmbeddings } from "../../embedding/index.ts";
import { type EmbedOptions, embed } from "./embed.ts";
import { checkEncoderChoice, encoderName } from "./encode-sides.ts";

const ATTRIBUTES = { itemText: "attributes", userText: "attributes" } as const;

async function shop() {
  const folder = await temporaryDirectory();
  const dataset = tinyShop(folder);
  return { folder, base: { dataset, split: splitLeaveLastTwo(dataset), seed: 1, ...ATTRIBUTES } };
}

describe("the stage with a pretrained encoder", () => {
  it("embeds a shop by a transformer checkpoint: unit vectors, a manifest that says how, no leftovers", async () => {
    const { folder, base } = await shop();
    const encoder = `transformer:${fixturePath("encoders/mpnet")}`;
    const { manifest } = await embed({ ...base, encoder, pooling: "cls", maxTokens: 20 });
    expect(manifest).toMatchObject({
      name: "mpnet-attributes-attributes",
      encoder: { kind: "transformer", options: { family: "mpnet", pooling: "cls", maxTokens: 20 } },
      dimensions: 16,
    });
    const { items, users } = await openEmbeddings(folder, manifest.name, base.dataset);
    expect([items.rows, users.rows]).toEqual([30, 12]);
    for (let i = 0; i < 30; i++) expect(dot(row(items, i), row(items, i))).toBeCloseTo(1, 5);
    expect(readdirSync(join(folder, "embeddings"))).toEqual(["mpnet-attributes-attributes"]);
  });

  it("asks a server for each distinct text once, and after an error only for the missing ones", async () => {
    const { folder, base } = await shop();
    let isDown = false;
    const asked: string[] = [];
    const server = await loopbackServer((request, response) => {
      const { input } = request.body as { input: string[] };
      isDown = asked.length > 0 && !isDown;
      if (isDown) return sendJson(response, { error: "no such model" }, 404);
      asked.push(...input);
      sendJson(response, { embeddings: input.map((text) => [text.length, 1, 2]) });
    });
    const options = { ...base, encoder: "ollama:m", environment: { OLLAMA_HOST: server.url } };
    await expect(embed(options)).rejects.toThrow(/status 404/);
    expect(readdirSync(join(folder, "embeddings"))).toEqual([
      expect.stringMatching(/^\.m-attributes-attributes\.[0-9a-f]{8}\.progress$/),
    ]);
    isDown = true;
    const { manifest } = await embed(options);
    expect(manifest).toMatchObject({ encoder: { kind: "ollama", options: { model: "m" } }, dimensions: 3 });
    expect(new Set(asked).size).toBe(asked.length);
    expect(readdirSync(join(folder, "embeddings"))).toEqual(["m-attributes-attributes"]);
  });
});

describe("two encoders whose models end alike", () => {
  const server = () =>
    loopbackServer((request, response, number) => {
      const { input } = request.body as { input: string[] };
      if (number === 2) return sendJson(response, { error: "no such model" }, 404);
      if (request.path === "/api/embed")
        return sendJson(response, { embeddings: input.map((text) => [text.length, 1]) });
      sendJson(response, { data: input.map((text, index) => ({ index, embedding: [1, text.length, 2] })) });
    });

  it("keep unfinished work of their own, and say so", async () => {
    const { folder, base } = await shop();
    const { url, requests } = await server();
    const environment = { OLLAMA_HOST: url, OPENAI_BASE_URL: `${url}/v1` };
    const messages: string[] = [];
    const report = (event: ProgressEvent) => {
      if (event.kind === "notice" || event.kind === "warning") messages.push(event.message);
    };
    const by = (encoder: string) => embed({ ...base, name: "m", encoder, environment, report });
    await expect(by("ollama:m")).rejects.toThrow(/status 404/);
    expect((await by("openai:acme/m")).manifest.dimensions).toBe(3);
    expect(messages).toEqual([expect.stringMatching(/\.m\.[0-9a-f]{8}\.progress holds unfinished work of another/)]);
    messages.length = 0;
    expect((await by("ollama:m")).manifest.dimensions).toBe(2);
    expect(messages).toEqual([
      expect.stringMatching(/embeddings\/m was made with encoder openai, model acme\/m.*--name keeps both/),
      expect.stringMatching(/^continuing: /),
    ]);
    const texts = requests
      .filter(({ path }) => path === "/api/embed")
      .map(({ body }) => (body as { input: string[] }).input);
    // Of the second request nothing came back; the first was not put again.
    expect(texts.length).toBe(3);
    expect(texts[2]).toEqual(texts[1]);
    expect(readdirSync(join(folder, "embeddings"))).toEqual(["m"]);
  });
});

it("vectors that other ones replace are told of, whatever tells them apart", async () => {
  const { base } = await shop();
  const { url } = await loopbackServer((request, response) => {
    const { input } = request.body as { input: string[] };
    sendJson(response, { data: input.map((text, index) => ({ index, embedding: [1, text.length, 2] })) });
  });
  const warnings = async (more: Partial<EmbedOptions>) => {
    const told: string[] = [];
    const report = (event: ProgressEvent) => event.kind === "warning" && told.push(event.message);
    await embed({ ...base, name: "m", environment: { OPENAI_BASE_URL: url }, report, ...more });
    return told.map((message) => /was made with (.*) replace it/.exec(message)?.[1]);
  };
  const lsa = { encoder: "lsa", dimensions: 8 } as const;
  const paid = { encoder: "openai:m" } as const;
  expect(await warnings(paid)).toEqual([]);
  expect(await warnings({ ...paid, seed: 2 })).toEqual([]);
  expect(await warnings(lsa)).toEqual([expect.stringMatching(/^encoder openai, model m.* vectors with encoder lsa/)]);
  expect(await warnings(lsa)).toEqual([]);
  expect(await warnings({ ...lsa, seed: 2 })).toEqual(["seed 1; vectors with seed 2"]);
  expect(await warnings({ ...lsa, seed: 2, whiten: 0.5 })).toEqual(["whiten 0; vectors with whiten 0.5"]);
  expect(await warnings({ encoder: "random", dimensions: 8, seed: 2, whiten: 0.5 })).toEqual([
    expect.stringMatching(/^encoder lsa.* vectors with encoder random/),
  ]);
});

it.each([
  ["is cut short", '{ "format": 1, "ki'],
  ["has another form", '{ "format": 7 }'],
])("vectors whose manifest %s are replaced by the same command", async (_, manifest) => {
  const { folder, base } = await shop();
  const { url } = await loopbackServer((request, response) => {
    const { input } = request.body as { input: string[] };
    sendJson(response, { embeddings: input.map((text) => [text.length, 1]) });
  });
  const again = () => embed({ ...base, name: "m", encoder: "ollama:m", environment: { OLLAMA_HOST: url } });
  await again();
  writeFileSync(join(folder, "embeddings", "m", "manifest.json"), manifest);
  await again();
  expect((await openEmbeddings(folder, "m", base.dataset)).items.rows).toBe(30);
});

describe("the random control", () => {
  it("draws unit vectors from the seed and looks at no text", async () => {
    const { folder, base } = await shop();
    const draw = async (name: string, more: object = {}) => {
      await embed({ ...base, encoder: "random", dimensions: 16, name, ...more });
      return openEmbeddings(folder, name, base.dataset);
    };
    const [one, same, other] = [await draw("one"), await draw("same"), await draw("other", { seed: 2 })];
    expect([one.items.rows, one.items.columns, one.users.rows]).toEqual([30, 16, 12]);
    expect(dot(row(one.items, 3), row(one.items, 3))).toBeCloseTo(1, 5);
    expect(same.items).toEqual(one.items);
    expect(other.items).not.toEqual(one.items);
    expect(one.users.data.slice(0, 16)).not.toEqual(one.items.data.slice(0, 16));
  });
});

describe("the choice of an encoder", () => {
  it.each([
    ["lsa", "lsa"],
    ["transformer:models/All MiniLM/", "all-minilm"],
    ["transformer:acme/Tiny@v1", "tiny-v1"],
    ["ollama:nomic-embed-text:v1.5", "nomic-embed-text-v1.5"],
    ["openai:lsa", "openai"],
    ["random", "random"],
  ])("%s names its vectors %s", (encoder, name) => {
    expect(encoderName({ encoder })).toBe(name);
  });

  it.each([
    ["word2vec", /expected lsa, transformer:DIR_OR_HUB_ID, ollama:MODEL, openai:MODEL or random/],
    ["olama:m", /Did you mean ollama/],
    ["transformer:", /expected a model, as in transformer:MODEL/],
    ["lsa:x", /lsa takes no model/],
    ["random:x", /random takes no model/],
  ])("refuses %s", (encoder, message) => {
    expect(() => checkEncoderChoice({ encoder })).toThrow(message);
    expect(() => checkEncoderChoice({ encoder })).toThrow(UsageError);
  });

  it.each([
    [{ encoder: "transformer:x", dimensions: 8 }, "dimensions"],
    [{ encoder: "ollama:x", dimensions: 8 }, "dimensions"],
    [{ encoder: "openai:x", bigrams: true }, "bigrams"],
    [{ pooling: "cls" as const }, "pooling"],
    [{ maxTokens: 9 }, "max-tokens"],
    [{ encoder: "ollama:x", device: "cpu" as const }, "device"],
    [{ timeoutSeconds: 9 }, "timeout"],
  ])("refuses %j, which that encoder would ignore", (choice, flag) => {
    expect(() => checkEncoderChoice(choice)).toThrow(`--${flag} is for --encoder`);
  });

  it("names a directory that is not there", async () => {
    const { base } = await shop();
    await expect(embed({ ...base, encoder: "transformer:/no/such/folder" })).rejects.toThrow(InputError);
  });
});
