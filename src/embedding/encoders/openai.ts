// Any server that speaks OpenAI's embeddings: hosted services, vLLM, llama.cpp's server, text-embeddings-inference.
import { z } from "zod";
import { UsageError } from "../../base/errors.ts";
import type { EmbeddingEndpoint } from "./remote.ts";

const DEFAULT_BASE_URL = "https://api.openai.com/v1";

const REPLY = z.object({
  data: z.array(z.object({ index: z.number().int().nonnegative(), embedding: z.array(z.number()) })),
});

export interface OpenAiEmbeddingAccess {
  /** `OPENAI_BASE_URL`, e.g. "http://127.0.0.1:8000/v1". */
  readonly baseUrl: string | undefined;
  /** `OPENAI_API_KEY`; local servers need none. */
  readonly key: string | undefined;
}

/**
 * @param dimensions asks for shorter vectors; only some models can.
 * @throws UsageError for a base URL that is none, and without a key where the default service wants one.
 */
export function openAiEndpoint(
  model: string,
  access: OpenAiEmbeddingAccess,
  dimensions: number | undefined,
): EmbeddingEndpoint {
  const secret = access.key || undefined;
  const baseUrl = access.baseUrl || undefined;
  if (secret === undefined && baseUrl === undefined) {
    throw new UsageError(
      "--encoder openai: neither OPENAI_BASE_URL (a server of your own) nor OPENAI_API_KEY is set in the environment.",
    );
  }
  return {
    kind: "openai",
    model,
    url: embeddingsUrl(baseUrl),
    ...(secret !== undefined && { secret }),
    ...(dimensions !== undefined && { dimensions }),
    batchTexts: 128,
    concurrency: 4,
    body: (texts) => ({
      model,
      input: texts,
      encoding_format: "float",
      ...(dimensions !== undefined && { dimensions }),
    }),
    read: (reply) => inOrder(REPLY.safeParse(reply).data?.data),
  };
}

function embeddingsUrl(baseUrl = DEFAULT_BASE_URL): URL {
  const base = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (base === undefined || !/^https?:$/.test(base.protocol)) {
    throw new UsageError("OPENAI_BASE_URL is no http or https address, expected one such as http://127.0.0.1:8000/v1.");
  }
  base.pathname = `${base.pathname.replace(/\/+$/, "")}/embeddings`;
  return base;
}

/** The format numbers its vectors and promises no order. Undefined when the numbers are not 0..n-1. */
function inOrder(data: z.infer<typeof REPLY>["data"] | undefined): readonly (readonly number[])[] | undefined {
  const sorted = data?.toSorted((a, b) => a.index - b.index);
  return sorted?.every(({ index }, i) => index === i) ? sorted.map(({ embedding }) => embedding) : undefined;
}
