import { readFile } from "node:fs/promises";
import { expect, expectTypeOf, test } from "vitest";
import { OPENAPI_FILE, openApiText } from "../../scripts/openapi.ts";
import { type Client, createClient } from "../../src/client/index.ts";
import { ADDRESSES, OPERATIONS, type OperationName } from "../../src/server/contract/index.ts";
import { openApiDocument } from "../../src/server/openapi.ts";

test("docs/json/openapi.json is what the contract says: npx tsx scripts/openapi.ts", async () => {
  expect(await readFile(OPENAPI_FILE, "utf8")).toBe(openApiText());
});

test("the document has every operation, with what it takes, answers and refuses", () => {
  const paths = openApiDocument().paths as Record<string, Record<string, { operationId: string; responses: object }>>;
  for (const name of Object.keys(OPERATIONS) as OperationName[]) {
    const [method, path] = ADDRESSES[name];
    const operation = paths[path]![method.toLowerCase()]!;
    expect(operation.operationId).toBe(name);
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(["400", "401", "429", "503"]));
  }
  const refs = JSON.stringify(paths).match(/"#\/components\/schemas\/\w+"/g) ?? [];
  const known = Object.keys(openApiDocument().components?.schemas ?? {});
  for (const ref of refs) expect(known).toContain(ref.slice('"#/components/schemas/'.length, -1));
});

test("the document names both headers that bring a key", () => {
  const { components, security } = openApiDocument();
  expect(components?.securitySchemes).toEqual({
    key: { type: "http", scheme: "bearer" },
    header: { type: "apiKey", in: "header", name: "x-api-key" },
  });
  expect(security).toEqual([{ key: [] }, { header: [] }, {}]);
});

test("the client fills paths percent-encoded, and puts the rest in the query or the body", async () => {
  const sent: [string, RequestInit | undefined][] = [];
  const fetch = async (url: string, init?: RequestInit) => {
    sent.push([url, init]);
    return new Response("{}");
  };
  const client = createClient({ url: "http://shop/", key: "k", fetch: fetch as typeof globalThis.fetch });
  await client.similarItems({ id: "a/b 🍵", count: 3 });
  await client.putItem({ id: "x?y", title: "X" });
  expect(sent[0]![0]).toBe("http://shop/v1/items/a%2Fb%20%F0%9F%8D%B5/similar?count=3");
  expect(sent[1]![0]).toBe("http://shop/v1/items/x%3Fy");
  expect(sent[1]![1]).toMatchObject({ method: "PUT", body: '{"title":"X"}', headers: { authorization: "Bearer k" } });
});

test("the client's types are the contract's", () => {
  expectTypeOf<Parameters<Client["recommend"]>[0]>().toExtend<{ user?: string | undefined } | undefined>();
  expectTypeOf<Awaited<ReturnType<Client["deleteItem"]>>>().toEqualTypeOf<undefined>();
  expectTypeOf<Awaited<ReturnType<Client["recommend"]>>["made"]>().toEqualTypeOf<
    "model" | "history-only" | "fallback"
  >();
});
