import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
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

/** A port of this machine, on which somebody listens or not. */
async function address(listens: boolean): Promise<URL> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise<void>((closed) => server.close(() => closed()));
  if (listens) onTestFinished(close);
  else await close();
  return new URL(`http://127.0.0.1:${port}`);
}

it("proposes a GGUF file of the folder or of models, the first part of a split one", async () => {
  const folder = folderWith("models/b-00002-of-00002.gguf", "models/b-00001-of-00002.gguf", "models/notes.txt");
  expect(await proposalAtHand("shop", folder, {}, await address(false))).toBe(
    "Rules write the texts. models/b-00001-of-00002.gguf is at hand: isrf reason shop --llm llama-cpp:models/b-00001-of-00002.gguf has that model write them.",
  );
});

it("proposes nothing without a file, and where a server is named", async () => {
  expect(await proposalAtHand("shop", folderWith("a.bin"), {})).toBeUndefined();
  const folder = folderWith("a.gguf");
  for (const name of ["OPENAI_BASE_URL", "OPENAI_API_KEY", "OLLAMA_HOST"])
    expect(await proposalAtHand("shop", folder, { [name]: "x" })).toBeUndefined();
});

it("proposes nothing while an Ollama listens", async () => {
  expect(await proposalAtHand("shop", folderWith("a.gguf"), {}, await address(true))).toBeUndefined();
});
