import { describe, expect, it } from "vitest";
import { type LoopbackRequest, loopbackServer, sendJson } from "../../../test/support/loopback-server.ts";
import { CancelledError, InputError, UsageError } from "../../base/errors.ts";
import type { Matrix } from "../../base/matrix.ts";
import type { ProgressEvent } from "../../base/progress.ts";
import type { Clock } from "../../servers/clock.ts";
import { ollamaEndpoint } from "./ollama.ts";
import { openAiEndpoint } from "./openai.ts";
import { type EmbeddingEndpoint, type RemoteOptions, remoteEncoder } from "./remote.ts";

const inputs = ({ body }: LoopbackRequest) => (body as { input: string[] }).input;
/** A text's vector: [length, 1]. */
const vectorsOf = (request: LoopbackRequest) => inputs(request).map((text) => [text.length, 1]);
const openAiReply = (request: LoopbackRequest) => ({
  object: "list",
  data: vectorsOf(request).map((embedding, index) => ({ object: "embedding", index, embedding })),
});

/** A clock whose sleeps are noted and take no time. */
function notedSleeps(): { clock: Clock; sleeps: number[] } {
  const sleeps: number[] = [];
  return { sleeps, clock: { now: () => 0, sleep: async (ms) => void sleeps.push(ms) } };
}

async function encodeAll(endpoint: EmbeddingEndpoint, texts: readonly string[], options: RemoteOptions = {}) {
  const plan = await remoteEncoder(endpoint, options).prepare(texts);
  const out: Matrix[] = [];
  for (const batch of plan.batches.keys()) out.push(await plan.encode(batch));
  return out;
}

const unit = (length: number) => [length / Math.hypot(length, 1), 1 / Math.hypot(length, 1)].map(Math.fround);

describe("ollama", () => {
  it("asks for 32 texts at a time in Ollama's format, and scales vectors to unit length", async () => {
    const server = await loopbackServer((request, response) =>
      sendJson(response, { model: "m", embeddings: vectorsOf(request), total_duration: 1 }),
    );
    const texts = Array.from({ length: 70 }, (_, i) => "x".repeat(i + 1));
    const batches = await encodeAll(ollamaEndpoint("nomic", server.url), texts);
    expect(server.requests.map(({ path }) => path)).toEqual(Array(3).fill("/api/embed"));
    expect(server.requests[0]!.body).toEqual({ model: "nomic", input: texts.slice(0, 32), truncate: true });
    expect(batches.map(({ rows }) => rows)).toEqual([32, 32, 6]);
    expect([...batches[2]!.data.subarray(0, 2)]).toEqual(unit(65));
  });
});

describe("openai", () => {
  const access = (url: string) => ({ baseUrl: `${url}/v1`, key: "sk-secret" });

  it("sends the key and the wanted width, and puts vectors in the order of their numbers", async () => {
    const server = await loopbackServer((request, response) => {
      const { data } = openAiReply(request);
      sendJson(response, { data: data.reverse() });
    });
    const [first] = await encodeAll(openAiEndpoint("small", access(server.url), 2), ["a", "bcd"]);
    expect([...first!.data]).toEqual([...unit(1), ...unit(3)]);
    expect(server.requests[0]).toMatchObject({
      path: "/v1/embeddings",
      headers: { authorization: "Bearer sk-secret" },
      body: { model: "small", input: ["a", "bcd"], encoding_format: "float", dimensions: 2 },
    });
  });

  it("waits as long as a busy server asks, and backs off with jitter from a failing one", async () => {
    const script = [
      { status: 429, headers: { "retry-after": "7" } },
      { status: 503, headers: {} },
      { status: 500, headers: {} },
    ];
    const server = await loopbackServer((request, response, number) => {
      const trouble = script[number - 1];
      if (trouble === undefined) sendJson(response, openAiReply(request));
      else sendJson(response, { error: { message: "later" } }, trouble.status, trouble.headers);
    });
    const { clock, sleeps } = notedSleeps();
    const [first] = await encodeAll(openAiEndpoint("m", access(server.url), undefined), ["abc"], { clock });
    expect([...first!.data]).toEqual(unit(3));
    expect(server.requests.length).toBe(4);
    expect(sleeps[0]).toBe(7000);
    // Doubling from half a second: the second wait is in [500, 1000), the third in [1000, 2000).
    expect(sleeps[1]).toBeGreaterThanOrEqual(500);
    expect(sleeps[1]).toBeLessThan(1000);
    expect(sleeps[2]).toBeGreaterThanOrEqual(1000);
    expect(sleeps[2]).toBeLessThan(2000);
  });

  it("backs off where a busy server asks for no wait at all", async () => {
    const server = await loopbackServer((request, response, number) => {
      if (number > 1) sendJson(response, openAiReply(request));
      else sendJson(response, { error: { message: "later" } }, 429, { "retry-after": "0" });
    });
    const { clock, sleeps } = notedSleeps();
    await encodeAll(openAiEndpoint("m", access(server.url), undefined), ["a"], { clock });
    expect(sleeps[0]).toBeGreaterThanOrEqual(250);
  });

  it("asks again after a dropped connection, half a reply, the wrong format and a missing vector", async () => {
    const server = await loopbackServer((request, response, number) => {
      if (number === 1) response.destroy();
      else if (number === 2) {
        response.writeHead(200, { "content-length": "100" });
        response.write('{"data": [');
        response.destroy();
      } else if (number === 3) response.end("<html>gateway</html>");
      else if (number === 4) sendJson(response, { data: openAiReply(request).data.slice(1) });
      else sendJson(response, openAiReply(request));
    });
    const { clock, sleeps } = notedSleeps();
    const [first] = await encodeAll(openAiEndpoint("m", access(server.url), undefined), ["a", "bb"], { clock });
    expect(first!.rows).toBe(2);
    expect([server.requests.length, sleeps.length]).toEqual([5, 4]);
  });

  it("gives up at once where no other try would help, and never shows the key", async () => {
    const server = await loopbackServer((_, response) =>
      sendJson(response, { error: { message: "wrong key sk-secret" } }, 401),
    );
    const { clock, sleeps } = notedSleeps();
    const failed = encodeAll(openAiEndpoint("m", access(server.url), undefined), ["a"], { clock });
    const error = (await failed.catch((reason: unknown) => reason)) as Error;
    expect(error.message).toMatch(/status 401/);
    expect(`${error.message}${error.stack}`).not.toContain("sk-secret");
    expect([server.requests.length, sleeps.length]).toEqual([1, 0]);
  });

  it("gives up after the allowed tries", async () => {
    const server = await loopbackServer((_, response) => sendJson(response, {}, 500));
    const { clock } = notedSleeps();
    const failed = encodeAll(openAiEndpoint("m", access(server.url), undefined), ["a"], { clock, tries: 3 });
    await expect(failed).rejects.toThrow(/status 500/);
    expect(server.requests.length).toBe(3);
  });

  it("says at once that nobody answers, and ends soon where nobody ever has", async () => {
    const url = "http://127.0.0.1:1";
    const warnings: string[] = [];
    const report = (event: ProgressEvent) => void (event.kind === "warning" && warnings.push(event.message));
    const { clock, sleeps } = notedSleeps();
    const failed = encodeAll(openAiEndpoint("m", access(url), undefined), ["a"], { clock, report });
    await expect(failed).rejects.toThrow(/nobody answers there. Is the server running\?/);
    expect(sleeps).toHaveLength(3);
    expect(warnings).toEqual([expect.stringMatching(/nobody answers there.* Trying again/)]);
  });

  it("puts a batch by halves that takes too long, and cuts a text that is too long by itself", async () => {
    const taken: string[][] = [];
    const server = await loopbackServer((request, response) => {
      const texts = inputs(request);
      if (texts.length > 3) return;
      const message = "input is too large to process. increase the physical batch size";
      if (texts.some((text) => text.length > 40)) return sendJson(response, { error: { message } }, 500);
      taken.push(texts);
      sendJson(response, openAiReply(request));
    });
    const warnings: string[] = [];
    const report = (event: ProgressEvent) => void (event.kind === "warning" && warnings.push(event.message));
    const { clock, sleeps } = notedSleeps();
    const texts = ["a", "bb", "ccc", "d".repeat(60), "ee"];
    const options = { clock, report, timeoutSeconds: 0.2 };
    const [batch] = await encodeAll(openAiEndpoint("m", access(server.url), undefined), texts, options);
    expect(taken).toEqual([["a", "bb", "ccc"], ["d".repeat(33)], ["ee"]]);
    expect([...batch!.data]).toEqual([1, 2, 3, 33, 2].flatMap(unit));
    expect(sleeps).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/are cut. It said: .*too large to process/)]);
  });

  it.each([
    "batch size is invalid, it should not be larger than 10",
    "Requested 313102 tokens, max 300000 tokens per request",
    "at most 100 requests can be in one batch",
  ])("puts what is refused by halves, and later batches as large as one was taken: %s", async (message) => {
    const sizes: number[] = [];
    const server = await loopbackServer((request, response) => {
      const { length } = inputs(request);
      sizes.push(length);
      if (length > 10) sendJson(response, { error: { message } }, 400);
      else sendJson(response, openAiReply(request));
    });
    const texts = Array.from({ length: 140 }, (_, i) => "x".repeat(i + 1));
    const [first, second] = await encodeAll(openAiEndpoint("m", access(server.url), undefined), texts);
    expect(sizes).toEqual([128, 1, 64, 32, 16, ...Array(16).fill(8), 8, 4]);
    expect([...first!.data, ...second!.data]).toEqual(texts.flatMap(({ length }) => unit(length)));
  });

  it("takes no size from a text that is too long by itself, and cuts it between two characters", async () => {
    const taken: string[][] = [];
    const server = await loopbackServer((request, response) => {
      const texts = inputs(request);
      const message = "This model's maximum context length is 30 tokens";
      if (texts.some(({ length }) => length > 30)) return sendJson(response, { error: { message } }, 400);
      taken.push(texts);
      sendJson(response, openAiReply(request));
    });
    const long = `${"x".repeat(26)}🍵🍵🍵🍵🍵`;
    const texts = [long, "b", "c", "d", ...Array.from({ length: 128 }, (_, i) => `text ${i}`)];
    await encodeAll(openAiEndpoint("m", access(server.url), undefined), texts);
    // 36 places, three quarters of which end in the middle of a character.
    expect(taken.slice(0, 2)).toEqual([["b"], ["x".repeat(26)]]);
    expect(taken.slice(2).map(({ length }) => length)).toEqual([1, 2, 4, 8, 16, 32, 64, 4]);
  });

  it("shows why a text is refused that stands alone", async () => {
    const server = await loopbackServer((request, response) => {
      if (inputs(request).includes("bad")) sendJson(response, { error: { message: "input 0 is not allowed" } }, 400);
      else sendJson(response, openAiReply(request));
    });
    const failed = encodeAll(openAiEndpoint("m", access(server.url), undefined), ["a", "b", "bad", "c"]);
    await expect(failed).rejects.toThrow(/status 400, input 0 is not allowed/);
    expect(server.requests.map((request) => inputs(request).length)).toEqual([4, 1, 2, 2, 1]);
  });

  it("tells what is wrong with every request after two of them", async () => {
    const server = await loopbackServer((_, response) =>
      sendJson(response, { error: { message: "this model has no parameter dimensions" } }, 400),
    );
    const texts = Array.from({ length: 128 }, (_, i) => `text ${i}`);
    const failed = encodeAll(openAiEndpoint("m", access(server.url), 7), texts);
    await expect(failed).rejects.toThrow(/no parameter dimensions/);
    expect(server.requests.map((request) => inputs(request).length)).toEqual([128, 1]);
  });

  it("refuses vectors that are longer than was asked for", async () => {
    const server = await loopbackServer((request, response) => sendJson(response, openAiReply(request)));
    const failed = encodeAll(openAiEndpoint("m", access(server.url), 1), ["a"]);
    await expect(failed).rejects.toThrow(InputError);
    await expect(failed).rejects.toThrow(/vectors of 2 numbers, expected 1 at most.*leave --dimensions out/);
  });

  it("refuses vectors of two widths, and says at once that a model is missing", async () => {
    const missing = await loopbackServer((_, response) =>
      sendJson(response, { error: 'model "nomic" not found, try pulling it first' }, 404),
    );
    const failed = encodeAll(ollamaEndpoint("nomic", missing.url), ["a"]);
    await expect(failed).rejects.toThrow(/model "nomic" not found, try pulling it first/);
    expect(missing.requests).toHaveLength(1);
    const two = await loopbackServer((_, response) => sendJson(response, { embeddings: [[1, 2], [1]] }));
    const mixed = encodeAll(ollamaEndpoint("m", two.url), ["a", "b"]);
    await expect(mixed).rejects.toThrow(/vectors of 2 and 1 numbers in one batch; is it one model\?/);
  });

  it("stops waiting for a slow server when told to", async () => {
    const abort = new AbortController();
    const server = await loopbackServer(() => abort.abort());
    const plan = await remoteEncoder(openAiEndpoint("m", access(server.url), undefined)).prepare(["a"]);
    await expect(plan.encode(0, abort.signal)).rejects.toThrow(CancelledError);
  });

  it("needs a key or a server, and a server's address must be one", () => {
    expect(() => openAiEndpoint("m", { baseUrl: undefined, key: "" }, undefined)).toThrow(UsageError);
    expect(() => openAiEndpoint("m", { baseUrl: "localhost", key: undefined }, undefined)).toThrow(/OPENAI_BASE_URL/);
    const { url, secret } = openAiEndpoint("m", { baseUrl: undefined, key: "sk-1" }, undefined);
    expect([url.href, secret]).toEqual(["https://api.openai.com/v1/embeddings", "sk-1"]);
  });

  it("keeps the key out of what is written down", () => {
    const { options } = remoteEncoder(openAiEndpoint("m", access("http://127.0.0.1:1"), undefined));
    expect(JSON.stringify(options)).not.toContain("sk-secret");
  });
});
