// Ollama's native API: unlike its OpenAI-compatible one it takes the context window, without which Ollama silently cuts
// long prompts at its default.
import { z } from "zod";
import { ollamaBase } from "../../servers/addresses.ts";
import { callJson } from "../../servers/http-json.ts";
import { ProviderError } from "../../servers/provider-error.ts";
import { estimateTokens } from "../token-count.ts";
import { messagesOf } from "./openai.ts";
import type { GenerateRequest, GenerationOptions, Provider } from "./provider.ts";

/** Of an estimate: no tokenizer makes so few tokens of a text. */
const FEWEST_TOKENS = 0.7;

const count = z.number().int().nonnegative();
const REPLY = z.object({
  message: z.object({ content: z.string(), thinking: z.string().nullish() }),
  done_reason: z.string().nullish(),
  prompt_eval_count: count.nullish(),
  eval_count: count.nullish(),
});

/**
 * @param host `OLLAMA_HOST` in any of the forms that Ollama takes: "gpu1", "0.0.0.0:11434", "https://ollama.example".
 * @throws UsageError for a host that is no address.
 */
export function ollamaProvider(model: string, options: GenerationOptions, host: string | undefined): Provider {
  const url = new URL("api/chat", ollamaBase(host));
  return {
    kind: "ollama",
    knowsSchemas: true,
    model,
    concurrency: 4,
    async generate(request, signal) {
      refuseOverlong(request, options.contextTokens);
      const body = {
        model,
        messages: messagesOf(request),
        stream: false,
        // What does not fit is an error, and not cut or shifted out of the context. Older servers do not know these.
        truncate: false,
        shift: false,
        think: options.think === "auto" ? undefined : options.think === "on",
        format: request.schema,
        options: {
          temperature: options.temperature,
          seed: request.seed,
          num_predict: request.tokenLimit,
          num_ctx: options.contextTokens,
        },
      };
      const reply = await callJson({ url, headers: {}, body, timeoutMs: options.timeoutSeconds * 1000, signal });
      const parsed = REPLY.safeParse(reply);
      if (!parsed.success) {
        const message = `${url.origin}${url.pathname}: the reply is no chat message: ${z.prettifyError(parsed.error)}`;
        throw new ProviderError("garbled", message);
      }
      const { message, done_reason, prompt_eval_count, eval_count } = parsed.data;
      return {
        text: message.content,
        thinking: message.thinking ?? "",
        promptTokens: prompt_eval_count ?? undefined,
        completionTokens: eval_count ?? undefined,
        isTruncated: done_reason === "length",
      };
    },
  };
}

/** For servers that cut what is too long without a word. @throws ProviderError where a prompt cannot fit. */
function refuseOverlong({ system = "", prompt }: GenerateRequest, contextTokens: number): void {
  const tokens = Math.round(estimateTokens(`${system} ${prompt}`) * FEWEST_TOKENS);
  if (tokens < contextTokens) return;
  const message = `A prompt of at least ${tokens} tokens exceeds the context size of ${contextTokens} (--context-tokens).`;
  throw new ProviderError("rejected", message);
}
