// MCP over streamable HTTP at /mcp. A page in a browser can reach a loopback port, under a name of its own by DNS
// rebinding: so the Host and, where there is one, the Origin must be names of this server. docs/agents.md says more.
import { createHash, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { OperationError } from "../base/errors.ts";
import type { Report } from "../base/progress.ts";
import { reasonOf } from "../base/system-errors.ts";
import type { RunDesk } from "./desk.ts";
import { loadSdk, type Sdk } from "./sdk.ts";
import { makeServer } from "./server.ts";

export interface HttpPlace {
  readonly host: string;
  readonly port: number;
  /** Names by which clients may call, beside localhost and `host`. */
  readonly clientHosts: readonly string[];
  /** Demanded of every request. */
  readonly token: string | undefined;
}

/** A question is small; whatever is larger is none. */
const LARGEST_BODY = 1 << 20;
const PATH = "/mcp";

/** Until `signal` fires. `listening` hears the address. @throws OperationError where the port is taken. */
export async function serveHttp(
  desk: RunDesk,
  place: HttpPlace,
  report: Report,
  signal: AbortSignal | undefined,
  listening: (url: string) => void,
): Promise<void> {
  const sdk = await loadSdk();
  const handler = sdk.createMcpHandler(() => makeServer(sdk, desk, report), { maxRequestBodySize: LARGEST_BODY });
  const gate = gateOf(sdk, place);
  const server = createServer(getRequestListener(async (request) => gate(request) ?? handler.fetch(request)));
  await listen(server, place);
  const { address, port } = server.address() as AddressInfo;
  listening(`http://${address.includes(":") ? `[${address}]` : address}:${port}${PATH}`);
  if (signal === undefined || !signal.aborted)
    await (signal === undefined ? once(server, "close") : once(signal, "abort"));
  await handler.close();
  server.close();
  server.closeAllConnections();
}

/** A refusal, or undefined for a request that may go on. */
function gateOf(sdk: Sdk, { host, clientHosts, token }: HttpPlace): (request: Request) => Response | undefined {
  const names = [...new Set([...sdk.localhostAllowedHostnames(), bracketed(host), ...clientHosts.map(bracketed)])];
  return (request) => {
    const stranger = sdk.hostHeaderValidationResponse(request, names) ?? sdk.originValidationResponse(request, names);
    if (stranger !== undefined) return stranger;
    if (token !== undefined && !isToken(request.headers.get("authorization"), token)) return unauthorised();
    if (new URL(request.url).pathname === PATH) return undefined;
    return Response.json(
      { error: { code: "not_found", message: `This server speaks MCP at ${PATH}.` } },
      { status: 404 },
    );
  };
}

/** Of hashes, which are of one length: the time tells nothing of the token. */
function isToken(header: string | null, token: string): boolean {
  const given = /^Bearer +(.+)$/i.exec(header ?? "")?.[1] ?? "";
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(given), hash(token));
}

function unauthorised(): Response {
  const body = { error: { code: "unauthorized", message: "Send the server's token: Authorization: Bearer TOKEN." } };
  return Response.json(body, { status: 401, headers: { "www-authenticate": "Bearer" } });
}

async function listen(server: Server, { host, port }: HttpPlace): Promise<void> {
  const failed = once(server, "error").then(([error]) => {
    throw error;
  });
  server.listen(port, host);
  try {
    await Promise.race([once(server, "listening"), failed]);
  } catch (cause) {
    throw new OperationError(`${host}:${port}: cannot listen there (${reasonOf(cause)}). Name another --port.`, {
      cause,
    });
  }
}

/** As the Host header has it. */
function bracketed(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
