// Any server that speaks OpenAI's chat completions: vLLM, llama.cpp's server, Ollama's /v1, hosted services.
import { z } from "zod";
import { OPENAI_KEY_NAME, type OpenAiAccess, openAiCall } from "../../servers/addresses.ts";
import { postJson } from "../../servers/http-json.ts";
import { ProviderError } from "../../servers/provider-error.ts";
import { ANSWER_SCHEMA, type Generation, type GenerationOptions, type Provider, tokenLimit } from "./provider.ts";

const count = z.number().int().nonnegative();
const REPLY = z.object({
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
      completion_tokens_details: z.object({ reasoning_tokens: count.nullish() }).nullish(),
    })
    .nullish(),
});

/** @throws UsageError for a base URL that is none, and without a key where the default service wants one. */
export function openAiProvider(model: string, options: GenerationOptions, access: OpenAiAccess): Provider {
  const { url, secret } = openAiCall(access, "chat/completions", "--llm openai");
  const headers: Record<string, string> = secret === undefined ? {} : { authorization: `Bearer ${secret}` };
  let limitName = "max_tokens";
  const call = async (body: Readonly<Record<string, unknown>>, signal: AbortSignal) =>
    postJson({
      url,
      headers,
      body: { ...body, [limitName]: tokenLimit(model, options) },
      timeoutMs: options.timeoutSeconds * 1000,
      signal,
      secret,
      keyName: OPENAI_KEY_NAME,
    });
  return {
    kind: "openai",
    model,
    concurrency: 16,
    // Services ask for a key; servers of one's own do not.
    isPaid: secret !== undefined,
    async generate(request, signal) {
      const body = {
        model,
        messages: messagesOf(request),
        temperature: options.temperature,
        seed: request.seed,
        stream: false,
        response_format: options.structured === "json" ? responseFormat : undefined,
        // vLLM's and SGLang's words for it; others would refuse the field, so it is sent on request only.
        chat_template_kwargs: options.think === "off" ? { enable_thinking: false } : undefined,
      };
      try {
        return readReply(await call(body, signal), url);
      } catch (error) {
        if (!wantsNewLimitName(error) || limitName !== "max_tokens") throw error;
        limitName = "max_completion_tokens";
        return readReply(await call(body, signal), url);
      }
    },
  };
}

const responseFormat = {
  type: "json_schema",
  json_schema: { name: "answer", strict: true, schema: ANSWER_SCHEMA },
} as const;

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

function readReply(reply: unknown, url: URL): Generation {
  const parsed = REPLY.safeParse(reply);
  if (!parsed.success) {
    const message = `${url.origin}${url.pathname}: the reply is no chat completion: ${z.prettifyError(parsed.error)}`;
    throw new ProviderError("garbled", message);
  }
  const { choices, usage } = parsed.data;
  const { message, finish_reason } = choices[0]!;
  const thinkingTokens = usage?.completion_tokens_details?.reasoning_tokens ?? undefined;
  return {
    text: message.content ?? "",
    thinking: message.reasoning_content ?? message.reasoning ?? "",
    promptTokens: usage?.prompt_tokens,
    completionTokens: usage?.completion_tokens,
    thinkingTokens,
    isTruncated: finish_reason === "length",
  };
}
