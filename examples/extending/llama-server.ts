// A language model behind an address of your own: llama.cpp's server, through its completion endpoint.
// Outside this repository the import reads: from "isrf".
import { languageModelReasoner, type Provider, ProviderError, type Reasoner } from "../../src/index.ts";

function llamaServer(address: string): Provider {
  return {
    kind: "llama-server",
    model: "whatever is loaded",
    concurrency: 2,
    async generate({ system = "", prompt, seed }, signal) {
      const body = JSON.stringify({ prompt: `${system}\n${prompt}\n`, seed, n_predict: 160 });
      const response = await fetch(new URL("completion", address), { method: "POST", body, signal });
      if (!response.ok)
        throw new ProviderError(response.status === 503 ? "busy" : "server", `${address}: ${response.status}`);
      const reply = (await response.json()) as { content: string; stopped_limit: boolean };
      return {
        text: reply.content,
        thinking: "",
        promptTokens: undefined,
        completionTokens: undefined,
        isTruncated: reply.stopped_limit,
      };
    },
  };
}

/** Reads answers strictly, asks again once, keeps a journal, and never sends more at once than the server stands. */
export function llamaServerReasoner(address: string): Reasoner {
  return languageModelReasoner(llamaServer(address));
}
