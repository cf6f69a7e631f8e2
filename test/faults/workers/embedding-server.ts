// A server of embeddings on loopback that speaks Ollama's wire format, takes its time, and counts what it answered.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface EmbeddingServer extends AsyncDisposable {
  readonly address: string;
  /** Requests that were answered. */
  readonly answers: number;
}

export async function embeddingServer(delayMs: number): Promise<EmbeddingServer> {
  let answers = 0;
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const { input } = JSON.parse(Buffer.concat(parts).toString()) as { input: string[] };
    await sleep(delayMs);
    if (response.destroyed) return;
    answers++;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ embeddings: input.map((text) => vectorOf(text)) }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get answers() {
      return answers;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Depends on the text alone. */
function vectorOf(text: string): readonly number[] {
  return [text.length, text.codePointAt(0)!, text.codePointAt(text.length - 1)!];
}
