// A real HTTP server on loopback whose answers a test scripts.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface LoopbackRequest {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  /** Parsed JSON; undefined for an empty body. */
  readonly body: unknown;
}

export interface LoopbackServer {
  readonly url: string;
  /** Everything that was asked, in order of arrival. */
  readonly requests: LoopbackRequest[];
}

/** Answer requests by `answer` until the test ends. */
export async function loopbackServer(
  answer: (request: LoopbackRequest, response: ServerResponse, number: number) => void | Promise<void>,
): Promise<LoopbackServer> {
  const requests: LoopbackRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const parts: Buffer[] = [];
    for await (const part of incoming as AsyncIterable<Buffer>) parts.push(part);
    const text = Buffer.concat(parts).toString("utf8");
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    const request = { path: incoming.url ?? "", headers: incoming.headers, body };
    requests.push(request);
    await answer(request, response, requests.length);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

export function sendJson(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}
