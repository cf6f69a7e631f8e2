// The OpenAPI document of the contract.
import { OpenAPIHono } from "@hono/zod-openapi";
import { productVersion } from "../base/product-version.ts";
import { ADDRESSES, errorSchema, OPERATIONS, type Operation, type OperationName } from "./contract/index.ts";

export type OpenApiDocument = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;

const REFUSALS: Readonly<Record<string, string>> = {
  400: "The request does not fit; `at` names the field",
  401: "An API key is missing or not known",
  403: "The key's role does not suffice",
  404: "There is no such thing",
  409: "The request fits, but the run, its model or the clock of the server does not allow it",
  413: "The body is too large",
  429: "Too many questions wait; Retry-After says when to ask again",
  500: "The server failed",
  503: "Something that the server needs is away",
};

export function openApiDocument(): OpenApiDocument {
  const described = new OpenAPIHono();
  const registry = described.openAPIRegistry;
  registry.registerComponent("securitySchemes", "key", { type: "http", scheme: "bearer" });
  registry.registerComponent("securitySchemes", "header", { type: "apiKey", in: "header", name: "x-api-key" });
  for (const name of Object.keys(ADDRESSES) as OperationName[]) register(registry, name);
  return described.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "isrf serve",
      version: productVersion(),
      description:
        "Recommendations with reasons, over HTTP. Where the server has API keys, each operation names the role that it needs.",
      license: { name: "MIT" },
    },
    servers: [{ url: "/" }],
    security: [{ key: [] }, { header: [] }, {}],
  });
}

function register(registry: OpenAPIHono["openAPIRegistry"], name: OperationName): void {
  const [method, path] = ADDRESSES[name];
  const { group, summary, role, path: params, query, body, reply }: Operation = OPERATIONS[name];
  const json = (schema: NonNullable<typeof reply>) => ({ "application/json": { schema } });
  const refusals = Object.entries(REFUSALS).map(([status, description]) => [
    status,
    { description, content: json(errorSchema) },
  ]);
  const done =
    reply === undefined
      ? { 204: { description: "Done" } }
      : { 200: { description: "The answer", content: json(reply) } };
  const created = name === "putItem" ? { 201: { description: "A new item", content: json(reply!) } } : {};
  registry.registerPath({
    method: method.toLowerCase() as "get",
    path,
    operationId: name,
    tags: [group],
    summary,
    description: `Needs a key of role ${role}.`,
    request: {
      params: params as never,
      query: query as never,
      body: body === undefined ? (undefined as never) : { required: true, content: json(body) },
    },
    responses: { ...done, ...created, ...Object.fromEntries(refusals) },
  });
}
