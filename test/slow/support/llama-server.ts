// A GGUF file behind OpenAI's chat completions on loopback, by node-llama-cpp, for trials of `--llm openai:MODEL` with
// a real model: node --import tsx test/slow/support/llama-server.ts FILE.gguf|hf:ORG/REPO/FILE.gguf
// Run it in a folder where node-llama-cpp is installed. It prints its address when it answers, and lives until killed.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { availableParallelism } from "node:os";
import { z } from "zod";
import { ggufPath, ggufSource } from "../../../src/reasoning/llm/gguf-file.ts";
import { importNodeLlamaCpp, type Sequence } from "../../../src/reasoning/llm/node-llama-cpp.ts";
import type { AnswerSchema } from "../../../src/reasoning/llm/provider.ts";
import { SequencePool } from "../../../src/reasoning/llm/sequence-pool.ts";

const SEQUENCES = 2;
const CONTEXT_TOKENS = 4096;

const QUESTION = z.object({
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  temperature: z.number(),
  seed: z.number(),
  max_tokens: z.number(),
  response_format: z.object({ json_schema: z.object({ schema: z.custom<AnswerSchema>() }) }).optional(),
});

const source = ggufSource(process.argv[2]!);
const path = await ggufPath(source, { environment: process.env, report: () => {} }, new AbortController().signal);
const { getLlama, LlamaChatSession, resolveChatWrapper } = await importNodeLlamaCpp();
const maxThreads = Math.max(1, availableParallelism() - 1);
const llama = await getLlama({ build: "never", logLevel: "error", progressLogs: false, maxThreads });
const model = await llama.loadModel({ modelPath: path });
const chatWrapper = resolveChatWrapper(model);
const contextSize = Math.min(CONTEXT_TOKENS, model.trainContextSize);
const context = await model.createContext({ contextSize, sequences: SEQUENCES });
const sequences = new SequencePool<Sequence>(Array.from({ length: SEQUENCES }, () => context.getSequence()));

async function completion(body: unknown, signal: AbortSignal): Promise<unknown> {
  const { messages, temperature, seed, max_tokens: maxTokens, response_format } = QUESTION.parse(body);
  const said = (role: string) => messages.find((message) => message.role === role)?.content;
  const prompt = said("user") ?? "";
  const grammar = response_format && (await llama.createGrammarForJsonSchema(response_format.json_schema.schema));
  return sequences.use(prompt, async (sequence) => {
    signal.throwIfAborted();
    const { usedInputTokens, usedOutputTokens } = sequence.tokenMeter;
    const session = new LlamaChatSession({ contextSequence: sequence, systemPrompt: said("system"), chatWrapper });
    try {
      const settings = { temperature, seed, maxTokens, grammar, signal };
      const { responseText, stopReason } = await session.promptWithMeta(prompt, settings);
      const computed = sequence.tokenMeter.usedInputTokens - usedInputTokens;
      const completion_tokens = sequence.tokenMeter.usedOutputTokens - usedOutputTokens;
      const prompt_tokens = Math.max(computed, sequence.nextTokenIndex - completion_tokens);
      const message = { role: "assistant", content: responseText };
      return {
        object: "chat.completion",
        model: source.name,
        choices: [{ index: 0, message, finish_reason: stopReason === "maxTokens" ? "length" : "stop" }],
        usage: { prompt_tokens, completion_tokens, prompt_tokens_details: { cached_tokens: prompt_tokens - computed } },
      };
    } finally {
      session.dispose({ disposeSequence: false });
    }
  });
}

async function reply(request: IncomingMessage, signal: AbortSignal): Promise<{ status: number; body: unknown }> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  if (request.url === "/v1/models") return { status: 200, body: { object: "list", data: [{ id: source.name }] } };
  if (request.url !== "/v1/chat/completions") return { status: 404, body: { error: { message: "no such address" } } };
  return { status: 200, body: await completion(JSON.parse(Buffer.concat(parts).toString("utf8")), signal) };
}

const server = createServer(async (request, response: ServerResponse) => {
  const gone = new AbortController();
  response.on("close", () => gone.abort(new Error("nobody waits any more")));
  const { status, body } = await reply(request, gone.signal).catch((error: Error) => ({
    status: 500,
    body: { error: { message: error.message } },
  }));
  if (response.destroyed) return;
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
