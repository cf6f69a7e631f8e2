import { expect, it, onTestFinished } from "vitest";
import { LlmServer } from "../../../test/support/llm-server.ts";
import { REASONER_DEFAULTS } from "./language-model-reasoner.ts";
import { ollamaProvider } from "./ollama.ts";

const signal = new AbortController().signal;

async function server() {
  const scripted = await LlmServer.start(() => ({ kind: "answer", text: "Users who read." }));
  onTestFinished(() => scripted[Symbol.asyncDispose]());
  const options = { ...REASONER_DEFAULTS, contextTokens: 512 };
  return { scripted, ollama: ollamaProvider("scripted", options, scripted.address) };
}

const asking = (prompt: string) => ({ prompt, seed: 1, tokenLimit: 100 });

it("asks Ollama to refuse what does not fit, in place of cutting it", async () => {
  const { scripted, ollama } = await server();
  await ollama.generate(asking("word ".repeat(400)), signal);
  expect(scripted.questions[0]!.body).toMatchObject({ truncate: false, shift: false, options: { num_ctx: 512 } });
});

it("sends no prompt that cannot fit, whatever the version of the server", async () => {
  const { scripted, ollama } = await server();
  const asked = ollama.generate(asking("word ".repeat(900)), signal);
  await expect(asked).rejects.toMatchObject({
    trouble: "rejected",
    message: expect.stringMatching(/at least 630 tokens exceeds the context size of 512 \(--context-tokens\)/),
  });
  expect(scripted.questions).toEqual([]);
});
