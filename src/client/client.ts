// `isrf/client`: the server's API as typed functions, in Node, browsers and edge runtimes. It needs `fetch` alone.
import { ADDRESSES, type OperationName } from "../server/contract/addresses.ts";
import type { ErrorCode, ErrorReply, InputOf, ReplyOf } from "../server/contract/index.ts";

export interface ClientOptions {
  /** Where `isrf serve` listens, such as "http://127.0.0.1:8080"; default: the page's own origin. */
  readonly url?: string | undefined;
  /** An API key. */
  readonly key?: string | undefined;
  /** Default: the runtime's own. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Input of operations whose fields may all be left out need not be given. */
type Call<Name extends OperationName> =
  Record<never, never> extends InputOf<Name>
    ? (input?: InputOf<Name>, options?: CallOptions) => Promise<ReplyOf<Name>>
    : (input: InputOf<Name>, options?: CallOptions) => Promise<ReplyOf<Name>>;

/** One function an operation; parts of the path, of the query and of the body stand in one record. */
export type Client = { readonly [Name in OperationName]: Call<Name> };

/** The server refused, or something that is no `isrf serve` answered. */
export class ServerError extends Error {
  readonly status: number;
  readonly code: ErrorCode | undefined;
  readonly todo: string | undefined;
  /** The field it is about. */
  readonly at: string | undefined;
  readonly requestId: string | undefined;
  /** Seconds after which it is worth asking again, where the server said so. */
  readonly retryAfter: number | undefined;

  constructor(status: number, reply: Partial<ErrorReply["error"]> | undefined, retryAfter: number | undefined) {
    super(reply?.message ?? `The server answered with status ${status}.`);
    this.name = "ServerError";
    this.status = status;
    this.code = reply?.code;
    this.todo = reply?.todo;
    this.at = reply?.at;
    this.requestId = reply?.requestId;
    this.retryAfter = retryAfter;
  }
}

/**
 * ```ts
 * const isrf = createClient({ url: "http://127.0.0.1:8080", key });
 * const { items } = await isrf.recommend({ user: "4711", count: 5 });
 * ```
 * Each call throws a `ServerError` where the server refuses or answers with what is no JSON, and what `fetch` throws
 * where it is not reached.
 */
export function createClient({ url = "", key, fetch = globalThis.fetch.bind(globalThis) }: ClientOptions = {}): Client {
  const call = async (name: OperationName, input: Record<string, unknown>, signal: AbortSignal | undefined) => {
    const [method, path] = ADDRESSES[name];
    const rest = { ...input };
    const filled = path.replace(/\{(\w+)\}/g, (_, part: string) => {
      const value = String(rest[part]);
      delete rest[part];
      return encodeURIComponent(value);
    });
    const hasBody = method === "POST" || method === "PUT";
    const headers: Record<string, string> = { accept: "application/json" };
    if (key !== undefined) headers.authorization = `Bearer ${key}`;
    if (hasBody) headers["content-type"] = "application/json";
    const response = await fetch(`${url.replace(/\/$/, "")}${filled}${hasBody ? "" : queryOf(rest)}`, {
      method,
      headers,
      body: hasBody ? JSON.stringify(rest) : null,
      signal: signal ?? null,
    });
    if (response.ok) return response.status === 204 ? undefined : contentOf(response);
    const wait = Number(response.headers.get("retry-after") ?? Number.NaN);
    const reply = (await response.json().catch(() => undefined)) as ErrorReply | undefined;
    throw new ServerError(response.status, reply?.error, Number.isFinite(wait) ? wait : undefined);
  };
  const calls = (Object.keys(ADDRESSES) as OperationName[]).map((name) => [
    name,
    (input: Record<string, unknown> = {}, { signal }: CallOptions = {}) => call(name, input, signal),
  ]);
  return Object.fromEntries(calls) as Client;
}

/** @throws ServerError for what is no JSON, such as a proxy's page; and what `fetch` throws where it breaks off. */
async function contentOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const message = `The server answered with status ${response.status} and with what is no JSON.`;
    const refusal = { message, todo: "Look whether isrf serve listens at this address, or something before it." };
    throw new ServerError(response.status, refusal, undefined);
  }
}

function queryOf(values: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  if (given.length === 0) return "";
  return `?${new URLSearchParams(Object.fromEntries(given.map(([name, value]) => [name, String(value)])))}`;
}
