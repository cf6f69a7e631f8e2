// Texts that were reasoned, changed over HTTP: by a person, and by asking the model that wrote them again.
import { mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Chain, type Client, createClient, type ServerError } from "../../src/client/index.ts";
import { openDataset, splitOf } from "../../src/data/index.ts";
import { embed } from "../../src/pipeline/embed/embed.ts";
import { makeReasoner, reason } from "../../src/pipeline/reason/index.ts";
import { train } from "../../src/pipeline/train/index.ts";
import { STEPWISE_PROMPTS } from "../../src/reasoning/index.ts";
import { type RunningServer, serve } from "../../src/server/serve.ts";
import { LlmServer, plausibleAnswer } from "../support/llm-server.ts";
import { preparedShop } from "../support/trained-shop.ts";

const TOY = { width: 16, warmStartEpochs: 1, validationUsers: 20, batch: 16, sequenceEpochs: 1, textMapSteps: 10 };
const KEYS = { read: "read-key-of-the-test", events: "events-key-of-the-test", admin: "admin-key-of-the-test" };

let folder: string;
let shop: string;
let llm: LlmServer;
let server: RunningServer;
let admin: Client;
let items: readonly string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isrf-test-"));
  llm = await LlmServer.start(() => ({ kind: "answer", cachedTokens: 7 }));
  shop = await preparedShop(folder);
  const dataset = await openDataset(shop);
  items = dataset.items.map(({ itemId }) => itemId);
  const reasoner = makeReasoner("openai:scripted", dataset, splitOf(dataset), { structured: "off" }, llm.environment);
  await reason({ dataset, reasoner, seed: 5, prompts: STEPWISE_PROMPTS });
  await embed({ dataset, seed: 5, dimensions: 16 });
  const run = join(folder, "run");
  await train({ dataset, out: run, model: "isrf", preset: "tiny", overrides: { ...TOY, epochs: 1 }, threads: 1 });
  const keys = Object.entries(KEYS).map(([role, key]) => `${role}:${key}`);
  server = await serve({
    runs: [run],
    port: 0,
    store: join(folder, "store"),
    threads: 1,
    environment: { ...llm.environment, ISRF_API_KEYS: keys.join(",") },
  });
  admin = createClient({ url: server.url, key: KEYS.admin });
});
afterAll(async () => {
  await server?.stop();
  await llm?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const chainOf = async (id: string): Promise<Chain> => (await admin.chains({ id })).chains[0]!;
const refusal = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: ServerError) => error,
  );
async function asked(id: string): Promise<Chain> {
  for (;;) {
    const chain = await chainOf(id);
    if (chain.asking?.state !== "asking") return chain;
    await new Promise((done) => setTimeout(done, 20));
  }
}

test("an edit is kept with who and what stood there, and says which commands make vectors of it", async () => {
  const id = items[1]!;
  expect((await admin.chains({ id })).standing).toEqual({ stale: 0, todo: [] });
  const before = await chainOf(id);
  expect(before.missed!.map(({ check }) => check)).not.toContain("plain");
  expect(before.texts.written).toBe("steps");
  expect((await admin.item({ id })).texts).toEqual(before.texts);
  const edit = { subject: "item", id, step: "feature", text: "Warm light.", by: "Ann" } as const;
  const { chain, standing } = await admin.editChain({ ...edit, former: before.texts.feature });
  // What a person wrote was told nothing.
  const { written: _, ...words } = before.texts;
  expect(chain.texts).toEqual({ ...words, feature: "Warm light.", by: "scripted (openai), changed by Ann" });
  expect(chain.revisions).toMatchObject([
    { step: "feature", how: "edited", by: "Ann", former: before.texts.feature, stands: true },
  ]);
  // The item as its writer was told of it, and what rules think of the words that stand there now.
  expect(chain.data).toBe(before.data);
  expect(chain.data).toContain(`Title: ${before.title}`);
  expect(chain.missed).toContainEqual({ check: "plain", expected: expect.stringContaining("answers by the rules") });
  expect(standing.stale).toBe(1);
  expect(standing.todo[0]).toBe(`isrf embed ${shop}`);
  expect(standing.todo[1]).toMatch(/^isrf train .* --model isrf --preset tiny --out NEW$/);
  expect((await admin.item({ id })).texts).toEqual(chain.texts);
  expect(await refusal(admin.editChain({ ...edit, text: "Other.", former: before.texts.feature }))).toMatchObject({
    status: 409,
  });
  expect(await refusal(admin.editChain({ ...edit, former: "Warm light." }))).toMatchObject({ status: 400, at: "text" });
  expect(await refusal(admin.editChain({ ...edit, id: "nobody", former: "" }))).toMatchObject({ status: 404 });
  const line = JSON.parse((await readFile(join(shop, "reasoning", "revisions.jsonl"), "utf8")).trim());
  expect(line.revision).toMatchObject({ subjectId: id, by: "Ann", text: "Warm light." });
});

test("a user's chain says which history its writer was told, and what of it came from the server's cache", async () => {
  const { chains } = await admin.chains({ subject: "user", limit: 1 });
  const { data, missed, asked: took } = chains[0]!;
  expect(data!.trim().split("\n").length).toBeGreaterThan(1);
  expect(missed).toBeInstanceOf(Array);
  expect(took).toMatchObject({ cachedTokens: 3 * 7 });
});

test("keys that may read may not write", async () => {
  const id = items[2]!;
  for (const key of [KEYS.read, KEYS.events]) {
    const client = createClient({ url: server.url, key });
    const edit = { subject: "item", id, step: "feature", text: "x", former: "y", by: "Eve" } as const;
    expect(await refusal(client.editChain(edit))).toMatchObject({ status: 403 });
    expect(await refusal(client.askChain({ subject: "item", id, by: "Eve" }))).toMatchObject({ status: 403 });
  }
});

test("asking again tells how it goes, and what came of it", async () => {
  const id = items[3]!;
  const before = await chainOf(id);
  // Long enough for a second wish to find it under way, however busy the machine is.
  const delays = [2000];
  llm.follow(({ prompt }) => {
    const text = `${plausibleAnswer(prompt).slice(0, -1)} anew.`;
    return { kind: "answer", text, delayMs: delays.pop() ?? 0 };
  });
  const begun = await admin.askChain({ subject: "item", id, by: "Ann" });
  expect(begun.chain.asking).toMatchObject({ state: "asking", by: "Ann" });
  expect(begun.chain.texts).toEqual(before.texts);
  expect(await refusal(admin.askChain({ subject: "item", id, by: "Bo" }))).toMatchObject({ status: 409 });
  const after = await asked(id);
  expect(after.asking).toMatchObject({ state: "done", changed: ["positive", "negative", "feature"] });
  expect(after.texts.positive).toMatch(/ anew\.$/);
  expect(after.revisions).toHaveLength(3);
  expect(after.revisions[0]).toMatchObject({ how: "asked again", writer: "scripted (openai)", by: "Ann" });
});

test("a reply of no use and a model that refuses are told, and the texts stay", async () => {
  const id = items[4]!;
  const before = await chainOf(id);
  llm.follow(() => ({ kind: "answer", text: "As an AI, I am sorry." }));
  await admin.askChain({ subject: "item", id, by: "Ann", from: "negative" });
  const useless = await asked(id);
  expect(useless.asking).toMatchObject({ state: "failed", failure: expect.stringContaining("no usable text") });
  llm.follow(() => ({ kind: "status", status: 401, message: "no such key" }));
  await admin.askChain({ subject: "item", id, by: "Ann" });
  const refused = await asked(id);
  expect(refused.asking).toMatchObject({ state: "failed", failure: expect.stringContaining("no such key") });
  expect({ texts: refused.texts, revisions: refused.revisions }).toEqual({ texts: before.texts, revisions: [] });
});

test("new vectors settle what embed can; a dataset that is gone can be read and written no longer", async () => {
  await embed({ dataset: await openDataset(shop), seed: 5, dimensions: 16 });
  const { standing } = await admin.chains({});
  expect(standing.stale).toBe(0);
  expect(standing.todo).toHaveLength(1);
  await rename(shop, `${shop}-away`);
  const edit = { subject: "item", id: items[5]!, step: "feature", text: "x", former: "y", by: "Ann" } as const;
  expect(await refusal(admin.editChain(edit))).toMatchObject({ status: 409 });
  expect(await refusal(admin.askChain({ subject: "item", id: items[5]!, by: "Ann" }))).toMatchObject({ status: 409 });
  await rename(`${shop}-away`, shop);
});
