// Any server that speaks OpenAI's chat completions: vLLM, llama.cpp's server, Ollama's /v1, hosted services.
import { z } from "zod";
import { OPENAI_KEY_NAME, type OpenAiAccess, openAiCall } from "../../servers/addresses.ts";
import { callJson } from "../../servers/http-json.ts";
import { ProviderError } from "../../servers/provider-error.ts";
import type { AnswerSchema, Generation, GenerationOptions, Provider } from "./provider.ts";

const count = z.number().int().nonnegative();
const REPLY = z.object({
  model: z.string().nullish(),
  choices: z
    .array(
      z.object({
        message: z.object({
          content: z.string().nullish(),
          /** DeepSeek and older vLLM. */
          reasoning_content: z.string().nullish(),
          /** Newer vLLM and others. */
          reasoning: z.string().nullish(),
        }),
        finish_reason: z.string().nullish(),
      }),
    )
    .min(1),
  usage: z
    .object({
      prompt_tokens: count,
      completion_tokens: count,
      prompt_tokens_details: z.object({ cached_tokens: count.nullish() }).nullish(),
      completion_tokens_details: z.object({ reasoning_tokens: count.nullish() }).nullish(),
    })
    .nullish(),
});

const MODELS = z.object({ data: z.array(z.object({ id: z.string(), owned_by: z.string().nullish() })) });
/** A server that does not list its models soon is asked without. */
const LIST_MS = 10_000;

/** Gets one question's body to the server and its reply back. @throws ProviderError */
export type Send = (body: Readonly<Record<string, unknown>>, signal: AbortSignal) => Promise<unknown>;

/** @throws UsageError for a base URL that is none, and without a key where the default service wants one. */
export function openAiProvider(model: string, options: GenerationOptions, access: OpenAiAccess): Provider {
  const { url, secret } = openAiCall(access, "chat/completions", "--llm openai");
  const headers: Record<string, string> = secret === undefined ? {} : { authorization: `Bearer ${secret}` };
  const timeoutMs = options.timeoutSeconds * 1000;
  const send: Send = (body, signal) =>
    callJson({ url, headers, body, timeoutMs, signal, secret, keyName: OPENAI_KEY_NAME });
  return {
    ...openAiWire(model, options, send, `${url.origin}${url.pathname}`),
    // Services ask for a key; servers of one's own do not.
    isPaid: secret !== undefined,
    async servedAnyway(signal) {
      const list = new URL(url.href.replace(/chat\/completions$/, "models"));
      const reply = await callJson({ url: list, headers, timeoutMs: LIST_MS, signal, secret }).catch(() => undefined);
      const models = MODELS.safeParse(reply);
      // llama.cpp's server is the one that takes any name.
      const own = models.success ? models.data.data.filter(({ owned_by }) => owned_by === "llamacpp") : [];
      return own.length === 0 ? undefined : own.map(({ id }) => id);
    },
  };
}

type LimitName = "max_tokens" | "max_completion_tokens";

/**
 * The wire format whatever carries it: a call, or a line of a batch file.
 * @param place Where replies come from, for messages.
 */
export function openAiWire(model: string, options: GenerationOptions, send: Send, place: string): Provider {
  let limitName: LimitName = "max_tokens";
  return {
    kind: "openai",
    knowsSchemas: true,
    model,
    concurrency: 16,
    async generate(request, signal) {
      const body = {
        model,
        messages: messagesOf(request),
        temperature: options.temperature,
        seed: request.seed,
        stream: false,
        response_format: request.schema && responseFormat(request.schema),
        // vLLM's and SGLang's words for it; others would refuse the field, so it is sent on request only.
        chat_template_kwargs: options.think === "off" ? { enable_thinking: false } : undefined,
      };
      const asked = async (name: LimitName) =>
        readReply(await send({ ...body, [name]: request.tokenLimit }, signal), place);
      // Of this call: another one that is under way may learn the new name meanwhile.
      const name = limitName;
      try {
        return await asked(name);
      } catch (error) {
        if (!wantsNewLimitName(error) || name !== "max_tokens") throw error;
        limitName = "max_completion_tokens";
        return asked(limitName);
      }
    },
  };
}

function responseFormat(schema: AnswerSchema) {
  return { type: "json_schema", json_schema: { name: "answer", strict: true, schema } } as const;
}

/** System and user message, in the form that OpenAI and Ollama share. */
export function messagesOf({ system, prompt }: { readonly system?: string | undefined; readonly prompt: string }) {
  const user = { role: "user", content: prompt };
  return system === undefined ? [user] : [{ role: "system", content: system }, user];
}

/** OpenAI's newer models refuse the name that every other server knows. */
function wantsNewLimitName(error: unknown): boolean {
  return (
    error instanceof ProviderError && error.trouble === "rejected" && error.message.includes("max_completion_tokens")
  );
}

function readReply(reply: unknown, place: string): Generation {
  const parsed = REPLY.safeParse(reply);
  if (!parsed.success) {
    const message = `${place}: the reply is no chat completion: ${z.prettifyError(parsed.error)}`;
    throw new ProviderError("garbled", message);
  }
  const { choices, usage, model } = parsed.data;
  const { message, finish_reason } = choices[0]!;
  const thinkingTokens = usage?.completion_tokens_details?.reasoning_tokens ?? undefined;
  return {
    text: message.content ?? "",
    thinking: message.reasoning_content ?? message.reasoning ?? "",
    promptTokens: usage?.prompt_tokens,
    cachedTokens: usage?.prompt_tokens_details?.cached_tokens ?? undefined,
    completionTokens: usage?.completion_tokens,
    thinkingTokens,
    isTruncated: finish_reason === "length",
    servedModel: model || undefined,
  };
}
