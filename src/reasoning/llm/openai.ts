// Any server that speaks OpenAI's chat completions: vLLM, llama.cpp's server, Ollama's /v1, hosted services.
import { z } from "zod";
import { OPENAI_KEY_NAME, type OpenAiAccess, openAiCall } from "../../servers/addresses.ts";
import { callJson } from "../../servers/http-json.ts";
import { ProviderError } from "../../servers/provider-error.ts";
import type { AnswerSchema, GenerateRequest, Generation, GenerationOptions, Provider } from "./provider.ts";

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

/** Hears what a person should know, in a sentence or two. */
type Remark = (message: string) => void;

/** @throws UsageError for a base URL that is none, and without a key where the default service wants one. */
export function openAiProvider(
  model: string,
  options: GenerationOptions,
  access: OpenAiAccess,
  remark: Remark = () => {},
): Provider {
  const { url, secret } = openAiCall(access, "chat/completions", "--llm openai");
  const headers: Record<string, string> = secret === undefined ? {} : { authorization: `Bearer ${secret}` };
  const timeoutMs = options.timeoutSeconds * 1000;
  const send: Send = (body, signal) =>
    callJson({ url, headers, body, timeoutMs, signal, secret, keyName: OPENAI_KEY_NAME });
  return {
    ...openAiWire(model, options, { send, place: `${url.origin}${url.pathname}`, remark }),
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

/** How a service wants to be asked, as far as it has said. */
interface Way {
  readonly limitName: "max_tokens" | "max_completion_tokens";
  readonly takesSeeds: boolean;
}

export interface Wire {
  readonly send: Send;
  /** Where replies come from, for messages. */
  readonly place: string;
  readonly remark: Remark;
}

/** The wire format whatever carries it: a call, or a line of a batch file. */
export function openAiWire(model: string, options: GenerationOptions, { send, place, remark }: Wire): Provider {
  let learnt: Way = { limitName: "max_tokens", takesSeeds: true };
  const ask = async (request: GenerateRequest, { limitName, takesSeeds }: Way, signal: AbortSignal) => {
    const body = {
      model,
      messages: messagesOf(request),
      temperature: request.isAtUsualTemperature === true ? undefined : options.temperature,
      seed: takesSeeds ? request.seed : undefined,
      stream: false,
      response_format: request.schema && responseFormat(request.schema),
      // vLLM's and SGLang's words for it; others would refuse the field, so it is sent on request only.
      chat_template_kwargs: options.think === "off" ? { enable_thinking: false } : undefined,
      [limitName]: request.tokenLimit,
    };
    return readReply(await send(body, signal), place);
  };
  return {
    kind: "openai",
    knowsSchemas: true,
    model,
    concurrency: 16,
    async generate(request, signal) {
      // Of this call: another one that is under way may learn meanwhile.
      for (let way = learnt; ; ) {
        try {
          return await ask(request, way, signal);
        } catch (error) {
          const change = wantedChange(error, way);
          if (change === undefined) throw error;
          if (learnt.takesSeeds && change.takesSeeds === false)
            remark(`${(error as Error).message} Questions are asked without a seed: another run may answer otherwise.`);
          learnt = { ...learnt, ...change };
          way = { ...way, ...change };
        }
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

/** A seed that is named as a part of the call, and not in a question that is quoted. */
const SEED_REFUSED = /["'`]seed["'`]|\b(?:parameter|field|argument|property|key):? seed\b|\bseed is not\b/i;

/** What a rejection is about; undefined where another way of asking is no help. */
function wantedChange(error: unknown, { limitName, takesSeeds }: Way): Partial<Way> | undefined {
  if (!(error instanceof ProviderError) || error.trouble !== "rejected") return undefined;
  // OpenAI's newer models refuse the name that every other server knows.
  if (limitName === "max_tokens" && error.message.includes("max_completion_tokens"))
    return { limitName: "max_completion_tokens" };
  // Gemini and Mistral.
  return takesSeeds && SEED_REFUSED.test(error.message) ? { takesSeeds: false } : undefined;
}

/** Ends of a reply that is not whole: at the limit, or by a filter in the middle of it. */
const CUT: ReadonlySet<string> = new Set(["length", "content_filter", "error", "abort"]);

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
    isTruncated: CUT.has(finish_reason ?? ""),
    servedModel: model || undefined,
  };
}
