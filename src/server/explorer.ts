// The explorer's files, read once. Whatever else a browser opens is its first page: which page it is the address says.
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { gzipSync } from "node:zlib";
import { BROWSER_MODEL_POLICY, EXPLORER_POLICY } from "./access/headers.ts";
import type { ServedRun } from "./answering/served-run.ts";
import { segmentsOf } from "./browsing/segments.ts";
import { RequestError } from "./request-error.ts";
import type { App, Services } from "./services.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".txt": "text/plain; charset=utf-8",
};
/** A page of its own document, as policies hold for documents. */
const BROWSER_MODEL_PAGE = "/in-the-browser";
const WORTH_PACKING = 1024;

interface StaticFile {
  readonly body: Buffer<ArrayBuffer>;
  readonly packed: Buffer<ArrayBuffer> | undefined;
  readonly type: string;
  readonly etag: string;
  /** Its name changes with its content. */
  readonly isNamedByContent: boolean;
}

export function explorerRoutes(app: App, { explorer, runs }: Services): void {
  if (explorer === undefined) {
    app.get("/", (context) => context.redirect("/docs"));
    return;
  }
  let reading: Promise<ReadonlyMap<string, StaticFile>> | undefined;
  app.get("*", async (context, next) => {
    reading ??= filesBelow(explorer).catch((error: unknown) => {
      reading = undefined;
      throw error;
    });
    const files = await reading;
    const { path } = context.req;
    if (path.startsWith("/v1/")) return next();
    // Ids hold dots, so that an ending alone does not tell a file from a page.
    const isPage = extname(path) === "" || context.req.header("accept")?.includes("text/html") === true;
    const file = files.get(path) ?? (isPage ? files.get("/index.html") : undefined);
    if (file === undefined) throw new RequestError("not_found", `There is nothing at ${path}.`);
    context.set("operation", "explorer");
    const isWhole = context.req.header("if-none-match") !== file.etag;
    const isPacked = file.packed !== undefined && context.req.header("accept-encoding")?.includes("gzip") === true;
    if (file.type.startsWith("text/html")) {
      context.header("content-security-policy", path === BROWSER_MODEL_PAGE ? BROWSER_MODEL_POLICY : EXPLORER_POLICY);
      prepareGroups(runs.choose(undefined, ""));
    }
    context.header("content-type", file.type);
    context.header("etag", file.etag);
    context.header("vary", "accept-encoding");
    context.header("cache-control", file.isNamedByContent ? "public, max-age=31536000, immutable" : "no-cache");
    if (!isWhole) return context.body(null, 304);
    if (isPacked) context.header("content-encoding", "gzip");
    return context.body(isPacked ? file.packed! : file.body);
  });
}

/** Somebody looks around: groups, which take seconds to make, may be wanted next. */
function prepareGroups(run: ServedRun): void {
  segmentsOf(run).catch(() => undefined);
}

/** By path in the address. */
async function filesBelow(root: string): Promise<ReadonlyMap<string, StaticFile>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      files.map(async (file) => [`/${relative(root, file).split(sep).join("/")}`, await staticFile(file)] as const),
    ),
  );
}

async function staticFile(file: string): Promise<StaticFile> {
  const body = await readFile(file);
  const type = TYPES[extname(file)] ?? "application/octet-stream";
  const isText = /^(text|application\/(json|wasm|manifest)|image\/svg)/.test(type);
  return {
    body,
    packed: isText && body.length >= WORTH_PACKING ? gzipSync(body) : undefined,
    type,
    etag: `"${createHash("sha1").update(body).digest("base64url")}"`,
    isNamedByContent: /-[\w-]{8}\.\w+$/.test(file),
  };
}
