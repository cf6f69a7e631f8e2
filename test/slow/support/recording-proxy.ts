// Stands between the command line and a model's server, and writes down every question as it passes.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface RecordedCall {
  /** The body as it was posted. */
  readonly question: string;
  /** Whether a whole answer went back to somebody who still waited; false while it is on its way. */
  isAnswered: boolean;
}

export interface RecordingProxy {
  readonly url: string;
  /** In order of arrival. */
  readonly calls: readonly RecordedCall[];
  stop(): Promise<void>;
}

export async function recordingProxy(target: string): Promise<RecordingProxy> {
  const calls: RecordedCall[] = [];
  const server = createServer(async (request, response) => {
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    try {
      const parts: Buffer[] = [];
      for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
      const { method = "GET", url = "/" } = request;
      const body = Buffer.concat(parts).toString("utf8");
      const call = { question: body, isAnswered: false };
      if (method === "POST") calls.push(call);
      const headers = { "content-type": "application/json" };
      const reply = await fetch(target + url, {
        method,
        headers,
        signal: gone.signal,
        ...(method === "POST" && { body }),
      });
      const text = await reply.text();
      call.isAnswered = reply.ok && !response.destroyed;
      response.writeHead(reply.status, headers).end(text);
    } catch {
      response.destroy();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls, stop };
}
