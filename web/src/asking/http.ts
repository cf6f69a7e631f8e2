// JSON over HTTP to the server that handed out this page, and to no other.
import { type AccessKey, accessKey } from "./access-key.ts";

/** What a server says when it cannot answer. */
export class AskError extends Error {
  readonly status: number;
  /** What to do about it. */
  readonly todo: string | undefined;

  constructor(status: number, message: string, todo?: string | undefined) {
    super(message);
    this.status = status;
    this.todo = todo;
  }
}

export function get<T>(path: string, signal?: AbortSignal | undefined): Promise<T> {
  return ask<T>(path, { method: "GET" }, signal);
}

export function post<T>(path: string, body: unknown, signal?: AbortSignal | undefined): Promise<T> {
  const headers = { "content-type": "application/json" };
  return ask<T>(path, { method: "POST", headers, body: JSON.stringify(body) }, signal);
}

/** A path with its parameters; those that are undefined or empty are left out. */
export function withQuery(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const words = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return given.length === 0 ? path : `${path}?${words}`;
}

async function ask<T>(path: string, init: RequestInit, signal: AbortSignal | undefined): Promise<T> {
  const response = await fetch(path, { ...init, headers: headersOf(init, accessKey.value), signal: signal ?? null }).catch(
    (cause: unknown) => {
      if (signal?.aborted === true) throw cause;
      throw new AskError(0, "The server does not answer.", "Look whether isrf serve still runs, then try again.");
    },
  );
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok) return body as T;
  throw errorOf(response.status, body);
}

function headersOf({ headers }: RequestInit, key: AccessKey): Headers {
  const all = new Headers(headers);
  if (key !== "") all.set("authorization", `Bearer ${key}`);
  return all;
}

function errorOf(status: number, body: unknown): AskError {
  const { error } = (body ?? {}) as { error?: { message?: string; todo?: string } };
  return new AskError(status, error?.message ?? `The server answered with status ${status}.`, error?.todo);
}
