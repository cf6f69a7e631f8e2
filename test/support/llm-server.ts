// A language-model server on loopback that speaks Ollama's and OpenAI's wire formats and follows a script: it can be
// slow, busy, broken, thoughtful, foreign, or gone in the middle of a reply. It counts what it was asked and what it
// answered.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { BatchDesk } from "./batch-desk.ts";

export interface LlmQuestion {
  readonly wire: "openai" | "ollama";
  readonly prompt: string;
  readonly system: string;
  /** The body as it came. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: IncomingMessage["headers"];
  /** 1 for the first request of the server's life. */
  readonly number: number;
}

export type Behaviour =
  | {
      readonly kind: "answer";
      readonly text?: string;
      /** The same, by prompt, in the form that the question's schema asks for; `plausibleAnswer` unless given. */
      readonly say?: (prompt: string) => string;
      /** Kept apart in the reply, as servers with a reasoning parser do. */
      readonly thinking?: string;
      /** Where an OpenAI-compatible server puts it: llama.cpp in the first, newer vLLM in the other. */
      readonly thinkingField?: "reasoning_content" | "reasoning";
      /** Tokens of the prompt that the server says it had in its cache. */
      readonly cachedTokens?: number;
      readonly isTruncated?: boolean;
      readonly delayMs?: number;
      /** The answer waits for this. */
      readonly after?: Promise<unknown>;
      /** Who answers, where the reply is to say so. */
      readonly model?: string;
    }
  | { readonly kind: "status"; readonly status: number; readonly retryAfter?: string; readonly message?: string }
  /** Half a reply, then a closed connection. */
  | { readonly kind: "drop" }
  | { readonly kind: "raw"; readonly body: string }
  /** No reply until the client goes away. */
  | { readonly kind: "hold" };

export type Script = (question: LlmQuestion) => Behaviour;

export const ANSWER_WORDS =
  "soft bright durable portable classic gentle fresh elegant sturdy handy modern simple warm light quiet narrow tall woven painted hollow silver golden wooden woollen ribbed foldable washable striped heavy compact fragrant matte glossy curved padded rustic airy velvety layered crisp".split(
    " ",
  );

/** A usable answer that depends on the prompt and nothing else. */
export function plausibleAnswer(prompt: string): string {
  const digest = createHash("sha256").update(prompt).digest();
  const word = (i: number) => ANSWER_WORDS[digest[i]! % ANSWER_WORDS.length]!;
  const tail = digest[4]! % 2 === 0 ? "" : `, and who would not pay more for ${word(5)} things of the same kind`;
  const verb = /\[NEGATIVE\w*\]:(?:\nBegin with .*)?\s*$/.test(prompt) ? "do not care for" : "look for";
  return `People who ${verb} ${word(0)} and ${word(1)} products with a ${word(2)} touch for ${digest.readUInt16LE(8)} uses${tail}.`;
}

/** A plausible answer in the form that the question's schema asks for. */
function formedAnswer({ body, prompt }: LlmQuestion, say = plausibleAnswer): string {
  const format = body.response_format as { json_schema?: { schema?: Schema } } | undefined;
  const schema = format?.json_schema?.schema ?? (body.format as Schema | undefined);
  if (schema === undefined) return say(prompt);
  const plain = prompt.replace(/\nWrite a JSON object.*$/, "");
  const text = (name: string) => say(name === "answer" ? plain : `${plain}\n[${name.toUpperCase()}]:`);
  return JSON.stringify(Object.fromEntries(Object.keys(schema.properties).map((name) => [name, text(name)])));
}

interface Schema {
  readonly properties: Readonly<Record<string, unknown>>;
}

/** This server's tokenizer: pieces of four letters, single signs. Not the estimate's rule, as no real one would be. */
export function serverTokens(text: string): number {
  return text.match(/[\p{L}\p{N}]{1,4}|[^\s\p{L}\p{N}]/gu)?.length ?? 0;
}

/** Tokens that the chat template adds to each message. */
const TEMPLATE_TOKENS = 4;

export class LlmServer implements AsyncDisposable {
  /** Every question that came in, in order. */
  readonly questions: LlmQuestion[] = [];
  /** Replies with an answer that left whole, by prompt. */
  readonly answered = new Map<string, number>();
  /** `/v1/files` and `/v1/batches`; its answers follow the script too. */
  readonly batches = new BatchDesk((body, headers) => this.outcome(body, headers));
  promptTokens = 0;
  completionTokens = 0;

  private constructor(
    private readonly server: Server,
    private script: Script,
  ) {}

  static async start(script: Script = () => ({ kind: "answer" })): Promise<LlmServer> {
    const server = createServer();
    const own = new LlmServer(server, script);
    server.on("request", (request, response) => void own.serve(request, response));
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    return own;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What a client's environment must hold. */
  get environment(): Record<string, string> {
    return { OPENAI_BASE_URL: `${this.address}/v1`, OPENAI_API_KEY: "sk-scripted", OLLAMA_HOST: this.address };
  }

  get answers(): number {
    return [...this.answered.values()].reduce((sum, n) => sum + n, 0);
  }

  follow(script: Script): void {
    this.script = script;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (await this.batches.serve(request, response)) return;
    const question = await this.read(request);
    if (question === undefined) {
      response.writeHead(404).end();
      return;
    }
    this.questions.push(question);
    await this.reply(this.script(question), question, response);
  }

  private async read(request: IncomingMessage): Promise<LlmQuestion | undefined> {
    const wires = { "/v1/chat/completions": "openai", "/api/chat": "ollama" } as const;
    const wire = wires[request.url as keyof typeof wires];
    if (wire === undefined || request.method !== "POST") return undefined;
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    return this.questionOf(wire, JSON.parse(Buffer.concat(parts).toString()), request.headers);
  }

  private questionOf(
    wire: LlmQuestion["wire"],
    body: Readonly<Record<string, unknown>>,
    headers: IncomingMessage["headers"],
  ): LlmQuestion {
    const messages = body.messages as { role: string; content: string }[];
    const text = (role: string) => messages.find((message) => message.role === role)?.content ?? "";
    const number = this.questions.length + 1;
    return { wire, prompt: text("user"), system: text("system"), body, headers, number };
  }

  /** Status and body for one line of a batch; undefined: no time was left for it. */
  private outcome(body: Readonly<Record<string, unknown>>, headers: IncomingMessage["headers"]) {
    const question = this.questionOf("openai", body, headers);
    this.questions.push(question);
    const behaviour = this.script(question);
    if (behaviour.kind === "answer") return { status: 200, body: this.written(behaviour, question) };
    if (behaviour.kind !== "status") return undefined;
    const { status, message = `scripted ${status}` } = behaviour;
    return { status, body: { error: { message } } };
  }

  private async reply(behaviour: Behaviour, question: LlmQuestion, response: ServerResponse): Promise<void> {
    switch (behaviour.kind) {
      case "hold":
        return;
      case "status": {
        const { status, retryAfter, message = `scripted ${status}` } = behaviour;
        response.writeHead(status, retryAfter === undefined ? {} : { "retry-after": retryAfter });
        response.end(JSON.stringify({ error: question.wire === "ollama" ? message : { message } }));
        return;
      }
      case "drop":
        response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
        response.write('{"choices": [{"mess');
        await new Promise((done) => setTimeout(done, 5));
        response.destroy();
        return;
      case "raw":
        response.end(behaviour.body);
        return;
      case "answer":
        return this.answer(behaviour, question, response);
      default:
        return behaviour satisfies never;
    }
  }

  private async answer(
    behaviour: Extract<Behaviour, { kind: "answer" }>,
    question: LlmQuestion,
    response: ServerResponse,
  ): Promise<void> {
    const { delayMs = 0 } = behaviour;
    await behaviour.after;
    if (delayMs > 0) await new Promise((done) => setTimeout(done, delayMs));
    if (!response.destroyed) response.end(JSON.stringify(this.written(behaviour, question)));
  }

  /** The reply, which is counted as given. */
  private written(behaviour: Extract<Behaviour, { kind: "answer" }>, question: LlmQuestion) {
    const { say, text = formedAnswer(question, say), thinking, isTruncated = false, model } = behaviour;
    const { thinkingField = "reasoning_content", cachedTokens } = behaviour;
    const messages = question.system === "" ? 1 : 2;
    const prompt = serverTokens(question.prompt) + serverTokens(question.system) + messages * TEMPLATE_TOKENS;
    const completion = serverTokens(text) + serverTokens(thinking ?? "");
    const wire = question.wire === "openai" ? openAiReply : ollamaReply;
    this.answered.set(question.prompt, (this.answered.get(question.prompt) ?? 0) + 1);
    this.promptTokens += prompt;
    this.completionTokens += completion;
    const counted = { prompt, completion, cachedTokens };
    return { ...wire(text, { thinking, field: thinkingField }, isTruncated, counted), ...(model && { model }) };
  }
}

interface Thinking {
  readonly thinking: string | undefined;
  readonly field: "reasoning_content" | "reasoning";
}

interface Counted {
  readonly prompt: number;
  readonly completion: number;
  readonly cachedTokens: number | undefined;
}

function openAiReply(content: string, { thinking, field }: Thinking, cut: boolean, counted: Counted) {
  const { prompt, completion, cachedTokens } = counted;
  const message = { role: "assistant", content, [field]: thinking };
  const details = cachedTokens === undefined ? {} : { prompt_tokens_details: { cached_tokens: cachedTokens } };
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    choices: [{ index: 0, message, finish_reason: cut ? "length" : "stop" }],
    usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion, ...details },
  };
}

function ollamaReply(content: string, { thinking }: Thinking, cut: boolean, { prompt, completion }: Counted) {
  return {
    model: "scripted",
    message: { role: "assistant", content, thinking },
    done: true,
    done_reason: cut ? "length" : "stop",
    prompt_eval_count: prompt,
    eval_count: completion,
  };
}
