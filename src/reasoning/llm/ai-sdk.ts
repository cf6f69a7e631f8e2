// Any model of the AI SDK (Anthropic, Gemini, Bedrock, ...) as a provider. The SDK is not among our dependencies: a
// model is an object with `doGenerate`, of versions 2 and 3 of its interface, and is taken as such.
import { UsageError } from "../../base/errors.ts";
import { isUnpaid, readRetryAfter, troubleOfStatus } from "../../servers/http-json.ts";
import { ProviderError, type ProviderTrouble } from "../../servers/provider-error.ts";
import type { AnswerSchema, GenerateRequest, Generation, Provider } from "./provider.ts";

/** What of `LanguageModelV2` and `LanguageModelV3` is used. */
export interface AiSdkModel {
  readonly specificationVersion?: string | undefined;
  readonly provider: string;
  readonly modelId: string;
  doGenerate(options: AiSdkCall): PromiseLike<AiSdkResult>;
}

export interface AiSdkCall {
  readonly prompt: (
    | { readonly role: "system"; readonly content: string }
    | { readonly role: "user"; readonly content: { readonly type: "text"; readonly text: string }[] }
  )[];
  readonly maxOutputTokens: number;
  readonly temperature?: number;
  readonly seed: number;
  readonly responseFormat: { readonly type: "text" } | { readonly type: "json"; readonly schema: never };
  readonly abortSignal: AbortSignal;
}

interface AiSdkResult {
  readonly content: readonly { readonly type: string; readonly text?: unknown }[];
  readonly finishReason: string | { readonly unified: string };
  readonly usage: {
    readonly inputTokens:
      | number
      | undefined
      | { readonly total: number | undefined; readonly cacheRead?: number | undefined };
    readonly outputTokens:
      | number
      | undefined
      | { readonly total: number | undefined; readonly reasoning?: number | undefined };
    readonly cachedInputTokens?: number | undefined;
    readonly reasoningTokens?: number | undefined;
  };
  readonly response?: { readonly modelId?: string } | undefined;
}

export interface AiSdkOptions {
  /** Default: the reasoner's. */
  readonly temperature?: number | undefined;
  /** Calls at once; default 8. */
  readonly concurrency?: number | undefined;
  readonly timeoutSeconds?: number | undefined;
}

const CALLS_AT_ONCE = 8;
const TIMEOUT_SECONDS = 300;
/** Of questions that name none, as a judge's. */
const TEMPERATURE = 0.6;

/**
 * `languageModelReasoner(aiSdkProvider(anthropic("claude-haiku-4-5")))`
 * @throws UsageError for a model of the interface's first version.
 */
export function aiSdkProvider(model: AiSdkModel, options: AiSdkOptions = {}): Provider {
  const { concurrency = CALLS_AT_ONCE, timeoutSeconds = TIMEOUT_SECONDS } = options;
  refuseFirstVersion(model);
  return {
    kind: `ai-sdk ${model.provider}`,
    model: model.modelId,
    concurrency,
    temperature: options.temperature,
    isPaid: true,
    knowsSchemas: true,
    async generate(request, signal) {
      const lateness = AbortSignal.timeout(timeoutSeconds * 1000);
      try {
        return generationOf(await model.doGenerate(callOf(request, options, AbortSignal.any([signal, lateness]))));
      } catch (cause) {
        if (signal.aborted) throw cause;
        if (lateness.aborted)
          throw new ProviderError("timeout", `No whole answer within ${timeoutSeconds} s.`, { cause });
        throw providerError(cause, request.schema !== undefined);
      }
    },
  };
}

function refuseFirstVersion({ specificationVersion, provider, modelId }: AiSdkModel): void {
  if (specificationVersion !== "v1") return;
  throw new UsageError(
    `aiSdkProvider: ${provider} gives ${modelId} by version v1 of the AI SDK's interface, expected v2 or later. Update the package that it comes from.`,
  );
}

function callOf(request: GenerateRequest, options: AiSdkOptions, abortSignal: AbortSignal): AiSdkCall {
  const { system, prompt, seed, tokenLimit, schema } = request;
  const temperature =
    request.isAtUsualTemperature === true ? undefined : (options.temperature ?? request.temperature ?? TEMPERATURE);
  const user: AiSdkCall["prompt"][number] = { role: "user", content: [{ type: "text", text: prompt }] };
  const call: AiSdkCall = {
    prompt: system === undefined ? [user] : [{ role: "system", content: system }, user],
    maxOutputTokens: tokenLimit,
    seed,
    responseFormat: schema === undefined ? { type: "text" } : { type: "json", schema: asJsonSchema(schema) },
    abortSignal,
  };
  return temperature === undefined ? call : { ...call, temperature };
}

/** The SDK's type of a schema is mutable, and of another package. */
function asJsonSchema(schema: AnswerSchema): never {
  return structuredClone(schema) as never;
}

/** Ends of a reply that is not whole: at the limit, or by a filter or a failure in the middle of it. */
const CUT: ReadonlySet<string> = new Set(["length", "content-filter", "error"]);

function generationOf({ content, finishReason, usage, response }: AiSdkResult): Generation {
  const textOf = (type: string) =>
    content.flatMap((part) => (part.type === type && typeof part.text === "string" ? part.text : [])).join("");
  const { inputTokens, outputTokens } = usage;
  const input =
    typeof inputTokens === "object" ? inputTokens : { total: inputTokens, cacheRead: usage.cachedInputTokens };
  const output =
    typeof outputTokens === "object" ? outputTokens : { total: outputTokens, reasoning: usage.reasoningTokens };
  return {
    text: textOf("text"),
    thinking: textOf("reasoning"),
    promptTokens: input.total,
    cachedTokens: input.cacheRead,
    completionTokens: output.total,
    thinkingTokens: output.reasoning,
    isTruncated: CUT.has(typeof finishReason === "string" ? finishReason : finishReason.unified),
    servedModel: response?.modelId,
  };
}

/** Of the SDK, about one reply that cannot be read. */
const GARBLED = new Set([
  "AI_EmptyResponseBodyError",
  "AI_InvalidResponseDataError",
  "AI_JSONParseError",
  "AI_NoContentGeneratedError",
  "AI_TypeValidationError",
]);
const FETCH_FAILED = /^(?:fetch failed|failed to fetch)$/i;

interface SdkError {
  readonly name?: string;
  readonly statusCode?: number;
  readonly message?: string;
  readonly responseBody?: string;
  readonly responseHeaders?: Readonly<Record<string, string>>;
}

/** An `APICallError` says by its status what can be done; one that has none never reached the service. */
function providerError(cause: unknown, hasSchema: boolean): ProviderError {
  const { statusCode, message = String(cause), responseHeaders = {} } = (cause ?? {}) as SdkError;
  if (hasSchema && (cause as SdkError | undefined)?.name === "AI_UnsupportedFunctionalityError")
    return new ProviderError("rejected", `No answers by a schema: ${message}`, { cause });
  if (statusCode === undefined) return new ProviderError(troubleWithoutStatus(cause), message, { cause });
  const { responseBody = "" } = cause as SdkError;
  if (isUnpaid(statusCode, responseBody))
    return new ProviderError("refused", `status ${statusCode}, ${message}`, { cause });
  // A service that answered well, by its own account, in words that the SDK cannot read.
  const trouble = statusCode >= 200 && statusCode <= 299 ? "garbled" : troubleOfStatus(statusCode);
  const retryAfterMs = readRetryAfter(responseHeaders["retry-after"], Date.now());
  return new ProviderError(trouble, `status ${statusCode}, ${message}`, { cause, retryAfterMs });
}

/** A missing key, a setting, or a fault of the program is there the next time too. */
function troubleWithoutStatus(cause: unknown): ProviderTrouble {
  const { name = "", message = "" } = (cause ?? {}) as SdkError;
  if (GARBLED.has(name)) return "garbled";
  const isOfSdk = name.startsWith("AI_") && name !== "AI_APICallError";
  const isFault = cause instanceof TypeError && !FETCH_FAILED.test(message);
  return isOfSdk || isFault ? "refused" : "connection";
}
