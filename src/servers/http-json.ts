// JSON over HTTP for language-model servers. node:http rather than fetch: fetch gives up when headers take five
// minutes, which a reasoning model on a CPU needs, and that limit cannot be lifted without another package.
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ProviderError, type ProviderTrouble } from "./provider-error.ts";
import { secretsOf, withoutQuotes, withoutSecrets } from "./secrets.ts";

export interface JsonCall {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Posted; undefined: a GET without one. */
  readonly body?: unknown;
  /** Posted instead of `body`. */
  readonly upload?: Upload | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Never shown or stored: cut out of whatever a server says. */
  readonly secret?: string | undefined;
  /** Environment variable that holds this server's key; absent for servers that take none. */
  readonly keyName?: string | undefined;
}

/** Bytes that are too many to hold. */
export interface Upload {
  readonly contentType: string;
  readonly bytes: number;
  open(): Readable;
}

const AGENTS = {
  "http:": new HttpAgent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY }),
  "https:": new HttpsAgent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY }),
} as const;

/** A larger reply is no answer of ours. */
const REPLY_LIMIT_BYTES = 16 * 2 ** 20;
const SHOWN_CHARACTERS = 300;
/** Of an error page, so that a key on the edge of what is shown is seen whole. */
const READ_CHARACTERS = 4000;

/**
 * POST, or GET, and parse the reply.
 * @throws ProviderError, classified by what a caller can do; an abort of `signal` is thrown as its reason.
 */
export async function callJson(call: JsonCall): Promise<unknown> {
  const { status, retryAfter, body } = await exchange(call, readBody);
  if (!isFine(status)) throw statusError(call, status, retryAfter, body);
  return withoutSecrets(parsed(call, body), secretsOf(call.url, call.secret));
}

/**
 * GET into a file, whole or not at all.
 * @throws ProviderError as `callJson`; an error of the disk as it is.
 */
export async function callForFile(call: JsonCall, path: string): Promise<void> {
  const partial = `${path}.partial`;
  const reply = await exchange(call, async (response) => {
    if (!isFine(response.statusCode)) return readBody(response);
    await pipeline(response, createWriteStream(partial));
    return { status: response.statusCode!, retryAfter: undefined, body: "" };
  }).catch(async (error: unknown) => {
    await rm(partial, { force: true });
    throw error;
  });
  if (!isFine(reply.status)) throw statusError(call, reply.status, reply.retryAfter, reply.body);
  await rename(partial, path);
}

function isFine(status = 0): boolean {
  return status >= 200 && status <= 299;
}

function parsed(call: JsonCall, body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The parser's own error would quote the reply, and with it a key.
    throw new ProviderError("garbled", `${place(call)}: the reply is not JSON: ${shown(body, call)}`);
  }
}

interface RawReply {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
}

function exchange(call: JsonCall, read: (response: IncomingMessage) => Promise<RawReply>): Promise<RawReply> {
  const { url, headers, timeoutMs, signal } = call;
  const payload = call.upload ?? jsonUpload(call.body);
  const about = payload && { "content-type": payload.contentType, "content-length": payload.bytes };
  const secure = url.protocol === "https:";
  const lateness = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => reject(transportError(call, cause, lateness));
    const request = (secure ? httpsRequest : httpRequest)(url, {
      method: payload === undefined ? "GET" : "POST",
      agent: AGENTS[secure ? "https:" : "http:"],
      headers: { ...about, ...headers },
      signal: AbortSignal.any([signal, lateness]),
    });
    request.on("error", fail);
    request.on("response", (response) => read(response).then(resolve, fail));
    if (payload === undefined) request.end();
    else pipeline(payload.open(), request).catch(fail);
  });
}

function jsonUpload(body: unknown): Upload | undefined {
  if (body === undefined) return undefined;
  const bytes = Buffer.from(JSON.stringify(body));
  return { contentType: "application/json", bytes: bytes.length, open: () => Readable.from([bytes]) };
}

async function readBody(response: IncomingMessage): Promise<RawReply> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > REPLY_LIMIT_BYTES) throw new Error(`the reply is longer than ${REPLY_LIMIT_BYTES} bytes`);
    parts.push(part);
  }
  const retryAfter = response.headers["retry-after"];
  return { status: response.statusCode ?? 0, retryAfter, body: Buffer.concat(parts).toString("utf8") };
}

function transportError(call: JsonCall, cause: Error, lateness: AbortSignal): Error {
  if (call.signal.aborted) return cause;
  if (lateness.aborted) {
    const message = `${place(call)}: no whole reply within ${call.timeoutMs / 1000} s (--timeout).`;
    return new ProviderError("timeout", message, { cause });
  }
  const code = (cause as NodeJS.ErrnoException).code;
  const what = LOST[code ?? ""] ?? (cause.message || "the connection was lost");
  const hint = code === "ECONNREFUSED" ? " Is the server running?" : "";
  return new ProviderError("connection", `${place(call)}: ${what}.${hint}`, { cause });
}

/** Why there was no connection, or not to the end. */
const LOST: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody answers there",
  ENOTFOUND: "no machine of that name is known",
  EAI_AGAIN: "the name could not be looked up",
  ECONNRESET: "the connection was lost",
  EPIPE: "the connection was lost",
  ETIMEDOUT: "the machine does not answer",
  EHOSTUNREACH: "there is no way to that machine",
  ENETUNREACH: "there is no network",
};

const TROUBLES: Readonly<Record<number, ProviderTrouble>> = {
  400: "rejected",
  408: "timeout",
  413: "rejected",
  422: "rejected",
  429: "busy",
  503: "busy",
  529: "busy",
};

export function troubleOfStatus(status: number): ProviderTrouble {
  return TROUBLES[status] ?? (status >= 500 ? "server" : "refused");
}

/** OpenAI says "too many requests" of accounts whose money is used up, too: waiting is no help. */
export function isUnpaid(status: number, body: string): boolean {
  return status === 429 && body.includes("insufficient_quota");
}

const HINTS: Readonly<Record<number, string>> = {
  403: " The key may not use this model.",
  404: " Check the address and the model's name.",
};

function statusError(call: JsonCall, status: number, retryAfter: string | undefined, body: string): ProviderError {
  const trouble = isUnpaid(status, body) ? "refused" : troubleOfStatus(status);
  const message = `${place(call)}: status ${status}, ${shown(messageOf(body), call)}.${status === 401 ? keyHint(call) : (HINTS[status] ?? "")}`;
  const retryAfterMs = readRetryAfter(retryAfter, Date.now());
  return new ProviderError(trouble, message, { retryAfterMs });
}

function keyHint({ keyName, secret }: JsonCall): string {
  if (keyName === undefined) return " The server wants a login, and none is sent to servers of this kind.";
  return secret === undefined ? ` Set ${keyName} for this server.` : ` The key in ${keyName} was not accepted.`;
}

/** Milliseconds of a Retry-After header: seconds or a date (RFC 9110, section 10.2.3). */
export function readRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

/** `{"error": "..."}` (Ollama) or `{"error": {"message": "..."}}` (OpenAI), else the body. */
function messageOf(body: string): string {
  try {
    const { error } = JSON.parse(body) as { error?: unknown };
    const message = typeof error === "object" && error !== null ? (error as { message?: unknown }).message : error;
    return typeof message === "string" ? message : body;
  } catch {
    return body;
  }
}

/** The address without user, password and query, which may hold keys. */
function place({ url }: JsonCall): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

function shown(text: string, { url, secret }: JsonCall): string {
  const plain = text.slice(0, READ_CHARACTERS).replace(/\s+/g, " ").trim();
  return withoutQuotes(plain, secretsOf(url, secret)).slice(0, SHOWN_CHARACTERS) || "an empty reply";
}
