// A model of the AI SDK as a reasoner: a real provider of the SDK, against a scripted server.

import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { expect, it, onTestFinished } from "vitest";
import { aiSdkProvider, languageModelReasoner, ProviderError, reason } from "../../src/index.ts";
import { REASONER_DEFAULTS } from "../../src/reasoning/index.ts";
import { ANSWER_SCHEMA, SCHEMA_WORDS } from "../../src/reasoning/llm/provider.ts";
import { LlmServer, type Script } from "../support/llm-server.ts";
import { temporaryDirectory } from "../support/temporary.ts";
import { tinyShop } from "../support/tiny-shop.ts";

async function model(script?: Script) {
  const server = await LlmServer.start(script);
  onTestFinished(() => server[Symbol.asyncDispose]());
  const sdk = createOpenAICompatible({
    name: "acme",
    baseURL: `${server.address}/v1`,
    supportsStructuredOutputs: true,
  });
  return { server, model: sdk("scripted") };
}

it("reasons over a shop, held to a schema, and counts what the service counts", async () => {
  const { server, model: scripted } = await model();
  const dataset = tinyShop(await temporaryDirectory(), { nUsers: 3, nItems: 6, length: 5 });
  const { items, users, tally, source } = await reason({
    dataset,
    reasoner: languageModelReasoner(aiSdkProvider(scripted)),
  });
  expect([items.complete, users.complete]).toEqual([6, 3]);
  expect(tally).toMatchObject({
    failed: 0,
    promptTokens: server.promptTokens,
    completionTokens: server.completionTokens,
  });
  expect(source).toBe("scripted (ai-sdk acme.chat)");
  expect(server.questions[0]!.body).toMatchObject({ response_format: { type: "json_schema" }, temperature: 0.6 });
  expect(server.questions[0]!.system).toMatch(/recommender system/);
});

it("is asked at the temperature under which its answers are kept", async () => {
  const { server, model: scripted } = await model();
  const options = { ...REASONER_DEFAULTS, temperature: 0.2 };
  const own = languageModelReasoner(aiSdkProvider(scripted, { temperature: 0.9 }), options);
  const shared = languageModelReasoner(aiSdkProvider(scripted), options);
  const subject = { kind: "item", id: "1", index: 0, item: { itemId: "1", sourceNumber: 1 } } as const;
  for (const reasoner of [own, shared]) await reasoner.complete({ subject, step: "positive", prompt: "", earlier: {} });
  expect([own.parameters.temperature, shared.parameters.temperature]).toEqual([0.9, 0.2]);
  expect(new Set(server.questions.map(({ body }) => body.temperature))).toEqual(new Set([0.9, 0.2]));
});

it("keeps thinking apart, and knows an answer that was cut off", async () => {
  const { model: scripted } = await model(() => ({
    kind: "answer",
    text: "Users who",
    thinking: "Let me see.",
    isTruncated: true,
  }));
  const question = { prompt: "who?", seed: 1, tokenLimit: 9 };
  const generation = await aiSdkProvider(scripted).generate(question, new AbortController().signal);
  expect(generation).toMatchObject({ text: "Users who", thinking: "Let me see.", isTruncated: true });
});

it.each([
  [401, "refused"],
  [422, "rejected"],
  [429, "busy"],
  [500, "server"],
] as const)("tells a status of %i as %s", async (status, trouble) => {
  const { model: scripted } = await model(() => ({ kind: "status", status, retryAfter: "7" }));
  const asked = aiSdkProvider(scripted).generate({ prompt: "x", seed: 1, tokenLimit: 9 }, new AbortController().signal);
  const error = await asked.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ProviderError);
  expect(error).toMatchObject({ trouble, retryAfterMs: 7000 });
});

const question = { prompt: "x", seed: 1, tokenLimit: 9 };

it("takes a reply that is none for one that may be better the next time", async () => {
  const { model: scripted } = await model(() => ({ kind: "raw", body: "<html>bad gateway</html>" }));
  const asked = aiSdkProvider(scripted).generate(question, new AbortController().signal);
  await expect(asked).rejects.toMatchObject({ trouble: "garbled" });
});

const named = (name: string, message: string) => Object.assign(new Error(message), { name });
const unreached = Object.assign(new TypeError("fetch failed"), { cause: new Error("ECONNREFUSED") });

it.each([
  ["a key that is missing", named("AI_LoadAPIKeyError", "The key is missing: set ACME_API_KEY."), "refused"],
  ["what the model cannot do", named("AI_UnsupportedFunctionalityError", "no JSON"), "refused"],
  ["a program's own fault", new TypeError("x is not a function"), "refused"],
  ["a reply that cannot be read", named("AI_TypeValidationError", "no choices"), "garbled"],
  ["a service that is not reached", named("AI_APICallError", "Cannot connect to API"), "connection"],
  ["a fetch that failed", unreached, "connection"],
])("tells %s apart from others", async (_, error, trouble) => {
  const { model: scripted } = await model();
  const failing = { provider: "acme", modelId: scripted.modelId, doGenerate: () => Promise.reject(error) };
  const asked = aiSdkProvider(failing).generate(question, new AbortController().signal);
  await expect(asked).rejects.toMatchObject({ trouble, message: error.message, cause: error });
});

it("goes on without a schema where the SDK's package can have none", async () => {
  const { model: scripted } = await model();
  const error = named("AI_UnsupportedFunctionalityError", "'JSON response format' functionality not supported.");
  const doGenerate: typeof scripted.doGenerate = (options) =>
    options.responseFormat?.type === "json" ? Promise.reject(error) : scripted.doGenerate(options);
  const failing = { provider: "acme", modelId: scripted.modelId, doGenerate };
  const asked = aiSdkProvider(failing).generate({ ...question, schema: ANSWER_SCHEMA }, new AbortController().signal);
  await expect(asked).rejects.toMatchObject({ trouble: "rejected", message: expect.stringMatching(SCHEMA_WORDS) });
});

it.each(["content-filter", "length", "error"])(
  "takes an answer that ended by %s for one that is not whole",
  async (finishReason) => {
    const usage = { inputTokens: 1, outputTokens: 1 };
    const doGenerate = async () => ({ content: [{ type: "text", text: "Users who" }], finishReason, usage });
    const provider = aiSdkProvider({ provider: "acme", modelId: "m", doGenerate });
    expect((await provider.generate(question, new AbortController().signal)).isTruncated).toBe(true);
  },
);

it("refuses a model of the interface's first version, and says what to do", () => {
  const doGenerate = () => Promise.reject(new Error("not asked"));
  const old = { specificationVersion: "v1", provider: "acme", modelId: "m", doGenerate };
  expect(() => aiSdkProvider(old)).toThrow(/acme.*version v1.*expected v2 or later.*Update the package/s);
});
