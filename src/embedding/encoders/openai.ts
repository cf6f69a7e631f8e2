// Any server that speaks OpenAI's embeddings: hosted services, vLLM, llama.cpp's server, text-embeddings-inference.
import { z } from "zod";
import { OPENAI_KEY_NAME, type OpenAiAccess, openAiCall } from "../../servers/addresses.ts";
import type { EmbeddingEndpoint } from "./remote.ts";

const REPLY = z.object({
  data: z.array(z.object({ index: z.number().int().nonnegative(), embedding: z.array(z.number()) })),
});

/**
 * @param dimensions asks for shorter vectors; only some models can.
 * @throws UsageError for a base URL that is none, and without a key where the default service wants one.
 */
export function openAiEndpoint(model: string, access: OpenAiAccess, dimensions: number | undefined): EmbeddingEndpoint {
  const { url, secret } = openAiCall(access, "embeddings", "--encoder openai");
  return {
    kind: "openai",
    model,
    url,
    secret,
    keyName: OPENAI_KEY_NAME,
    dimensions,
    batchTexts: 128,
    concurrency: 4,
    body: (texts) => ({
      model,
      input: texts,
      encoding_format: "float",
      dimensions,
    }),
    read: (reply) => inOrder(REPLY.safeParse(reply).data?.data),
  };
}

/** The format numbers its vectors and promises no order. Undefined when the numbers are not 0..n-1. */
function inOrder(data: z.infer<typeof REPLY>["data"] | undefined): readonly (readonly number[])[] | undefined {
  const sorted = data?.toSorted((a, b) => a.index - b.index);
  return sorted?.every(({ index }, i) => index === i) ? sorted.map(({ embedding }) => embedding) : undefined;
}
