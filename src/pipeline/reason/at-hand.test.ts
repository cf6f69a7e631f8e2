import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { proposalAtHand } from "./at-hand.ts";

function folderWith(...files: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "isrf-hand-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "models"));
  for (const file of files) writeFileSync(join(folder, file), "");
  return folder;
}

/** Whether this very machine runs Ollama decides the same question. */
const isOllamaHere = await fetch("http://127.0.0.1:11434").then(
  () => true,
  () => false,
);

it.skipIf(isOllamaHere)("proposes a GGUF file of the folder or of models, the first part of a split one", async () => {
  const folder = folderWith("models/b-00002-of-00002.gguf", "models/b-00001-of-00002.gguf", "models/notes.txt");
  expect(await proposalAtHand("shop", folder, {})).toBe(
    "Rules write the texts. models/b-00001-of-00002.gguf is at hand: isrf reason shop --llm llama-cpp:models/b-00001-of-00002.gguf has that model write them.",
  );
});

it("proposes nothing without a file, and where a server is named", async () => {
  expect(await proposalAtHand("shop", folderWith("a.bin"), {})).toBeUndefined();
  const folder = folderWith("a.gguf");
  for (const name of ["OPENAI_BASE_URL", "OPENAI_API_KEY", "OLLAMA_HOST"])
    expect(await proposalAtHand("shop", folder, { [name]: "x" })).toBeUndefined();
});

it.skipIf(isOllamaHere)("proposes nothing while a server of Ollama listens", async () => {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(11434, "127.0.0.1", ready));
  onTestFinished(() => void server.close());
  expect(await proposalAtHand("shop", folderWith("a.gguf"), {})).toBeUndefined();
});
