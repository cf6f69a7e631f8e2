// Who is let in: keys and roles, and, where there are no keys, the machine's own programs alone.

import type { Role } from "../contract/index.ts";
import { RequestError } from "../request-error.ts";
import { type ApiKeys, mayDo } from "./keys.ts";

const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i;

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

export interface Asker {
  readonly authorization: string | undefined;
  readonly apiKey: string | undefined;
  /** The Host header. */
  readonly host: string | undefined;
}

export class Guard {
  private readonly keys: ApiKeys;
  private readonly checksHost: boolean;

  /** `checksHost`: requests must name the machine itself, so that no web page reaches it by a name of its own. */
  constructor(keys: ApiKeys, checksHost: boolean) {
    this.keys = keys;
    this.checksHost = checksHost;
  }

  /** @throws RequestError: unauthorized without a key that is known, forbidden for one of a lesser role. */
  admit({ authorization, apiKey, host }: Asker, needed: Role): void {
    if (this.keys.isOpen) {
      if (this.checksHost) requireLocalName(host);
      return;
    }
    const presented = apiKey ?? /^Bearer\s+(.+)$/i.exec(authorization ?? "")?.[1];
    const todo = "Send an API key as `authorization: Bearer KEY` or `x-api-key: KEY`.";
    if (presented === undefined) throw new RequestError("unauthorized", "This server asks for an API key.", { todo });
    const role = this.keys.roleOf(presented);
    if (role === undefined) throw new RequestError("unauthorized", "This API key is not known here.", { todo });
    if (!mayDo(role, needed)) {
      throw new RequestError("forbidden", `This needs a key of role ${needed}; the one given is of role ${role}.`);
    }
  }
}

/** A page on the web may point a name of its own at 127.0.0.1; it cannot make a browser send another Host. */
function requireLocalName(host = ""): void {
  if (isLoopback(host.replace(/:\d+$/, ""))) return;
  throw new RequestError("forbidden", "A server without API keys answers to localhost and 127.0.0.1 alone.", {
    todo: "Start it with --keys FILE to answer by other names, or with --open to do without.",
  });
}
