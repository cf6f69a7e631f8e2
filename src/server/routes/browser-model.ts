// The files of a run for browsers, to whoever may read; and the program that runs them, to whoever sees the explorer.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import type { Context } from "hono";
import { runtimeFile } from "../../pipeline/export-web/index.ts";
import { admit } from "../access/admit.ts";
import { exportedFile, inBrowser, installedRuntime } from "../browsing/browser-model.ts";
import { BROWSER_FILES, BROWSER_MODEL, BROWSER_RUNTIME } from "../contract/index.ts";
import { RequestError } from "../request-error.ts";
import type { App, Environment, Services } from "../services.ts";

const path = (address: string): string => address.replace(/\{(\w+)\}/g, ":$1");

export function browserModel(app: App, { guard, runs }: Services): void {
  app.get(path(BROWSER_MODEL), async (context) => {
    admit(guard, context, "read");
    const served = runs.named(context.req.param("name")!);
    const name = BROWSER_FILES.find((each) => each === context.req.param("file"));
    if (name === undefined) throw new RequestError("not_found", `Browsers load ${BROWSER_FILES.join(", ")} of a run.`);
    const type = name.endsWith(".json") ? "application/json; charset=utf-8" : "application/octet-stream";
    const sent = await streamed(context, exportedFile(served, name), type, "no-cache");
    if (sent !== undefined) return sent;
    const [todo] = (await inBrowser(served))?.todo ?? [];
    throw new RequestError("not_found", `The run ${served.name} was not exported for browsers.`, { todo });
  });
}

/** Found by its version, so that a browser may keep it. */
export function browserRuntime(app: App): void {
  app.get(path(BROWSER_RUNTIME), async (context) => {
    context.set("operation", "explorer");
    const runtime = await installedRuntime();
    const isMeant = runtime?.version === context.req.param("version");
    const name = context.req.param("file")!;
    const file = runtime !== undefined && isMeant ? runtimeFile(runtime, name) : undefined;
    const type = name.endsWith(".wasm") ? "application/wasm" : "text/javascript; charset=utf-8";
    const kept = "public, max-age=31536000, immutable";
    const sent = file === undefined ? undefined : await streamed(context, file, type, kept);
    if (sent !== undefined) return sent;
    throw new RequestError("not_found", `There is nothing at ${context.req.path}.`);
  });
}

/** Undefined where there is no such file. */
async function streamed(
  context: Context<Environment>,
  file: string,
  type: string,
  caching: string,
): Promise<Response | undefined> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true) return undefined;
  const etag = `"${found.size.toString(36)}-${Math.round(found.mtimeMs).toString(36)}"`;
  context.header("etag", etag);
  context.header("cache-control", caching);
  if (context.req.header("if-none-match") === etag) return context.body(null, 304);
  context.header("content-type", type);
  context.header("content-length", String(found.size));
  return context.body(Readable.toWeb(createReadStream(file)) as ReadableStream);
}
