// A hub on loopback that serves the files of one model, with ranges, as its client asks for them.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type LoopbackRequest, loopbackServer } from "./loopback-server.ts";

export interface HubServerOptions {
  /** Files that the model does not have. */
  readonly lacks?: readonly string[];
  /** The hub's hash of a file; default: a name that vouches for nothing. */
  readonly etag?: (file: string, bytes: Buffer) => string;
  /** How many bytes of a file come before the connection breaks; undefined: all. */
  readonly breaksAfter?: (file: string) => number | undefined;
}

/** Serves `directory` as `model`, such as "acme/tiny". */
export function hubServer(model: string, directory: string, options: HubServerOptions = {}) {
  const { lacks = [], etag = (file) => file, breaksAfter } = options;
  const prefix = `/${model}/resolve/main/`;
  return loopbackServer(async ({ path, headers }: LoopbackRequest, response) => {
    const asked = decodeURIComponent(path);
    if (!asked.startsWith(prefix)) return void response.writeHead(401).end();
    const file = asked.slice(prefix.length);
    const bytes = lacks.includes(file) ? undefined : await readFile(join(directory, file)).catch(() => undefined);
    if (bytes === undefined) return void response.writeHead(404, { "x-error-code": "EntryNotFound" }).end();
    const [, from = "0", to = ""] = /bytes=(\d+)-(\d*)/.exec(headers.range ?? "") ?? [];
    const part = bytes.subarray(Number(from), to === "" ? bytes.length : Number(to) + 1);
    const range = `bytes ${from}-${Number(from) + part.length - 1}/${bytes.length}`;
    response.writeHead(headers.range === undefined ? 200 : 206, {
      etag: `"${etag(file, bytes)}"`,
      "content-length": part.length,
      ...(headers.range !== undefined && { "content-range": range }),
    });
    const limit = breaksAfter?.(file);
    if (limit === undefined || part.length <= limit) return void response.end(part);
    response.write(part.subarray(0, limit), () => setTimeout(() => response.destroy(), 20));
  });
}
