// Ollama's native embedding call, which takes many texts at once and cuts those that are too long.
import { z } from "zod";
import { ollamaBase } from "../../servers/addresses.ts";
import type { EmbeddingEndpoint } from "./remote.ts";

const REPLY = z.object({ embeddings: z.array(z.array(z.number())) });

/**
 * @param host `OLLAMA_HOST` in any of the forms that Ollama takes. @throws UsageError for a host that is no address.
 */
export function ollamaEndpoint(model: string, host: string | undefined): EmbeddingEndpoint {
  return {
    kind: "ollama",
    model,
    url: new URL("api/embed", ollamaBase(host)),
    batchTexts: 32,
    concurrency: 2,
    body: (texts) => ({ model, input: texts, truncate: true }),
    read: (reply) => REPLY.safeParse(reply).data?.embeddings,
  };
}
