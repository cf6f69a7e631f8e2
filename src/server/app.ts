// The application: operations from the contract's table, everything else around them. It listens to nothing.
import { randomUUID } from "node:crypto";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { admit } from "./access/admit.ts";
import { limitBody } from "./access/body-limit.ts";
import { allowPage, guardHeaders } from "./access/headers.ts";
import { ADDRESSES, OPERATIONS, type Operation, type OperationName } from "./contract/index.ts";
import { docsPage } from "./docs-page.ts";
import { explorerRoutes } from "./explorer.ts";
import { healthRoutes } from "./health.ts";
import { openApiDocument } from "./openapi.ts";
import { RequestError, refusalOf } from "./request-error.ts";
import { browserModel, browserRuntime } from "./routes/browser-model.ts";
import { type Asking, Prepared } from "./routes/handler.ts";
import { allHandlers } from "./routes/handlers.ts";
import { inputOf } from "./routes/input.ts";
import { liveCurves } from "./routes/live-curves.ts";
import type { App, Environment, Services } from "./services.ts";
import { traced } from "./telemetry/traces.ts";

const REQUEST_ID = /^[\w.:-]{1,100}$/;

export function createApp(services: Services): App {
  const app: App = new Hono();
  observe(app, services);
  app.use(leaveUnread);
  app.use(guardHeaders(services.origins));
  app.use(limitBody(services.maxBodyBytes));
  app.onError((error, context) => refuse(error, context, services));
  operations(app, services);
  healthRoutes(app, services);
  liveCurves(app, services);
  browserModel(app, services);
  const document = openApiDocument();
  app.get("/openapi.json", (context) => context.json(document));
  app.get("/docs", (context) => {
    allowPage(context);
    return context.html(docsPage(document));
  });
  if (services.explorer !== undefined) browserRuntime(app);
  explorerRoutes(app, services);
  app.notFound((context) => {
    throw new RequestError("not_found", `There is nothing at ${context.req.path}.`, {
      todo: "GET /openapi.json lists what there is.",
    });
  });
  return app;
}

/** An id for each request; how long it took; a span where traces are on. */
function observe(app: App, { metrics, onAccess, isTraced, stopping, traffic }: Services): void {
  app.use(async (context, next) => {
    const given = context.req.header("x-request-id");
    const requestId = given !== undefined && REQUEST_ID.test(given) ? given : randomUUID();
    context.set("requestId", requestId);
    context.set("operation", "other");
    context.header("x-request-id", requestId);
    if (stopping.aborted) context.header("connection", "close");
    traffic.arrived++;
    const started = performance.now();
    const { method, path } = context.req;
    const answered = () => next().then(() => ({ operation: context.get("operation"), status: context.res.status }));
    if (isTraced) await traced(method, context.req.header(), answered);
    else await next();
    const seconds = (performance.now() - started) / 1000;
    metrics.request(context.get("operation"), context.res.status, seconds);
    onAccess?.(`${method} ${path} ${context.res.status} ${(seconds * 1000).toFixed(1)} ms ${requestId}`);
  });
}

/** HEAD is answered by who answers GET: what was opened to be read is let go. */
const leaveUnread: MiddlewareHandler = async (context, next) => {
  await next();
  if (context.req.method === "HEAD") await context.res.body?.cancel();
};

function operations(app: App, services: Services): void {
  const handlers = allHandlers(services);
  const methods = new Map<string, string[]>();
  for (const name of Object.keys(ADDRESSES) as OperationName[]) {
    const [method, address] = ADDRESSES[name];
    const path = address.replace(/\{(\w+)\}/g, ":$1");
    const operation: Operation = OPERATIONS[name];
    // Safe: `inputOf` checks by the schemas that the handler's type is made of.
    const handler = handlers[name] as (input: Record<string, unknown>, asking: Asking) => Promise<unknown>;
    methods.set(path, [...(methods.get(path) ?? []), method]);
    app.on(method, path, async (context) => {
      context.set("operation", name);
      admit(services.guard, context, operation.role);
      const input = await inputOf(context, operation);
      const reply = await handler(input, { requestId: context.get("requestId") });
      if (reply instanceof Prepared) return json(context, reply.json, reply.status);
      return reply === undefined ? context.body(null, 204) : json(context, JSON.stringify(reply), 200);
    });
  }
  for (const [path, allowed] of methods)
    app.all(path, ({ req }) => {
      const allow = allowed.join(", ");
      throw new RequestError("method_not_allowed", `${req.path} has no ${req.method}, only ${allow}.`, { allow });
    });
}

function json(context: Context, text: string, status: number): Response {
  return context.body(text, status as ContentfulStatusCode, { "content-type": "application/json; charset=utf-8" });
}

function refuse(error: Error, context: Context<Environment>, { onFault }: Services): Response {
  const requestId = context.get("requestId");
  const { status, body, headers, fault } = refusalOf(error, requestId);
  if (fault !== undefined) onFault(requestId, fault);
  for (const [name, value] of Object.entries(headers)) context.header(name, value);
  return json(context, JSON.stringify(body), status);
}
