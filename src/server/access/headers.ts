// Headers of every answer, and which web pages may read them.
import type { MiddlewareHandler } from "hono";

/** Pages of the explorer: own files alone, nothing inline, no frames; WebAssembly for the model in the browser. */
export const EXPLORER_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");
/** Other pages bring their styles along, and run nothing. */
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

const ALWAYS = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
} as const;

/** `origins` may read answers from their pages; others may not, as browsers have it. */
export function guardHeaders(origins: readonly string[]): MiddlewareHandler {
  const allowed = new Set(origins);
  return async (context, next) => {
    const origin = context.req.header("origin");
    const isAllowed = origin !== undefined && (allowed.has(origin) || allowed.has("*"));
    if (context.req.method === "OPTIONS" && context.req.header("access-control-request-method") !== undefined) {
      context.res = new Response(null, { status: isAllowed ? 204 : 403 });
      if (isAllowed) {
        context.res.headers.set("access-control-allow-methods", "GET, POST, PUT, DELETE");
        context.res.headers.set("access-control-allow-headers", "authorization, content-type, x-api-key, x-request-id");
        context.res.headers.set("access-control-max-age", "600");
      }
    } else await next();
    const { headers } = context.res;
    for (const [name, value] of Object.entries(ALWAYS)) headers.set(name, value);
    const isPage = headers.get("content-type")?.startsWith("text/html") === true;
    if (!headers.has("content-security-policy"))
      headers.set("content-security-policy", isPage ? PAGE_POLICY : DATA_POLICY);
    if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
    if (allowed.size > 0) headers.append("vary", "origin");
    if (isAllowed) {
      headers.set("access-control-allow-origin", origin);
      headers.set("access-control-expose-headers", "x-request-id, retry-after");
      headers.set("cross-origin-resource-policy", "cross-origin");
    }
  };
}
