// Headers of every answer, and which web pages may read them.
import type { Context, MiddlewareHandler } from "hono";

/** Pages of the explorer: own files alone, nothing inline, no frames. */
export const EXPLORER_POLICY = policyOf("'self'");
/** The one page that runs a model itself. */
export const BROWSER_MODEL_POLICY = policyOf("'self' 'wasm-unsafe-eval'");

function policyOf(scripts: string): string {
  return [
    "default-src 'none'",
    `script-src ${scripts}`,
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
}

/** Other pages bring their styles along, and run nothing. */
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

const ALWAYS = Object.entries({
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "content-security-policy": DATA_POLICY,
  "cache-control": "no-store",
});

/** For pages of the server's own that are not the explorer's. */
export function allowPage(context: Context): void {
  context.header("content-security-policy", PAGE_POLICY);
}

/**
 * `origins` may read answers from their pages; others may not, as browsers have it. Headers are set before the answer
 * is made: changing them afterwards would cost each answer a second one.
 */
export function guardHeaders(origins: readonly string[]): MiddlewareHandler {
  const allowed = new Set(origins);
  return async (context, next) => {
    for (const [name, value] of ALWAYS) context.header(name, value);
    if (allowed.size > 0) context.header("vary", "origin");
    const origin = context.req.header("origin");
    const isAllowed = origin !== undefined && (allowed.has(origin) || allowed.has("*"));
    if (isAllowed) {
      context.header("access-control-allow-origin", origin);
      context.header("access-control-expose-headers", "x-request-id, retry-after");
      context.header("cross-origin-resource-policy", "cross-origin");
    }
    const isAsking =
      context.req.method === "OPTIONS" && context.req.header("access-control-request-method") !== undefined;
    if (!isAsking) return next();
    if (!isAllowed) return context.body(null, 403);
    context.header("access-control-allow-methods", "GET, POST, PUT, DELETE");
    context.header("access-control-allow-headers", "authorization, content-type, x-api-key, x-request-id");
    context.header("access-control-max-age", "600");
    return context.body(null, 204);
  };
}
