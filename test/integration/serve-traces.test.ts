// Traces that really leave the server: a collector on loopback is told of each request by the SDK itself.

import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loopbackServer, sendJson } from "../support/loopback-server.ts";
import { missingPackage } from "../support/optional-package.ts";
import { folderWithRun, removeFolder, startServer } from "../support/serving.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";
const missing = missingPackage("@opentelemetry/sdk-node");

/** What a collector is sent: OTLP as JSON. */
interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[];
  }[];
}

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number | string };
}

interface SentSpan {
  readonly name: string;
  readonly traceId: string;
  readonly parentSpanId?: string;
  readonly kind: number;
  readonly attributes: readonly Attribute[];
}

describe.skipIf(missing !== "")(`traces${missing}`, () => {
  let folder: string;

  beforeAll(async () => {
    folder = await folderWithRun();
  });

  afterAll(() => removeFolder(folder));

  const flags = () => ["--store", join(folder, "store"), "--no-explorer"];

  test("one span a request reaches the collector, below the caller's, and says nothing of users", async () => {
    const collector = await loopbackServer((_, response) => sendJson(response, {}));
    const server = await startServer([join(folder, "run")], flags(), {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_SERVICE_NAME: "the shop's",
    });
    const headers = { traceparent: `00-${TRACE}-${PARENT}-01`, "content-type": "application/json" };
    const body = JSON.stringify({ user: "nobody-knows", count: 3 });
    await fetch(`${server.url}/v1/recommendations`, { method: "POST", headers, body });
    await fetch(`${server.url}/v1/items/none`);
    // What waits is sent before the process ends.
    expect(await server.stop()).toBe(0);

    const sent = collector.requests.filter(({ path }) => path === "/v1/traces").map(({ body }) => body as Sent);
    const resources = sent.flatMap(({ resourceSpans }) => resourceSpans);
    const service = resources[0]!.resource.attributes.find(({ key }) => key === "service.name");
    expect(service?.value.stringValue).toBe("the shop's");
    const spans = resources.flatMap(({ scopeSpans }) => scopeSpans).flatMap((scope) => scope.spans);
    const [asked, lost] = ["recommend", "item"].map((name) => spans.filter((span) => span.name === name));
    expect([asked!.length, lost!.length]).toEqual([1, 1]);
    expect(asked![0]).toMatchObject({ traceId: TRACE, parentSpanId: PARENT, kind: 2 });
    expect(lost![0]!.traceId).not.toBe(TRACE);
    const statuses = [asked![0]!, lost![0]!].map(({ attributes }) => Number(attributes[0]!.value.intValue));
    expect(statuses).toEqual([200, 404]);
    expect(JSON.stringify(sent)).not.toContain("nobody-knows");
  });

  test("a collector that is away costs no answer and no end", async () => {
    const server = await startServer([join(folder, "run")], flags(), {
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9",
      OTEL_EXPORTER_OTLP_TIMEOUT: "500",
    });
    expect((await server.client.runs()).runs).toHaveLength(1);
    expect(await server.stop()).toBe(0);
  });
});
