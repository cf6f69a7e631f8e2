import { expect, test } from "vitest";
import { startTraces, traced } from "./traces.ts";

const ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
const HERE = "http://127.0.0.1:4318";

test("traces are off unless an address is named, and where the SDK is switched off", async () => {
  expect((await startTraces({})).isOn).toBe(false);
  expect((await startTraces({ [ENDPOINT]: HERE, OTEL_SDK_DISABLED: "true" })).isOn).toBe(false);
});

test("an address beyond this machine is refused where the network is forbidden", async () => {
  const environment = { [ENDPOINT]: "http://collector.example:4318", ISRF_OFFLINE: "1" };
  await expect(startTraces(environment)).rejects.toThrow("ISRF_OFFLINE is set");
  await expect(startTraces({ [ENDPOINT]: "collector" })).rejects.toThrow("expected a URL");
});

test("a missing SDK is named, with how to add it", async () => {
  const failure = startTraces({ [ENDPOINT]: HERE }, () => Promise.reject(new Error("Cannot find package")));
  await expect(failure).rejects.toThrow("npm install @opentelemetry/sdk-node@0.219");
});

test("an SDK that hears nothing of ours is said, not taken for one that does", async () => {
  class Deaf {
    start(): void {}
    async shutdown(): Promise<void> {}
  }
  await expect(startTraces({ [ENDPOINT]: HERE }, async () => ({ NodeSDK: Deaf }))).rejects.toThrow("does not hear");
});

test("work in a span gives what it gives, and throws what it throws", async () => {
  let done = false;
  await traced("GET", {}, async () => {
    done = true;
    return { operation: "runs", status: 500 };
  });
  expect(done).toBe(true);
  await expect(traced("GET", {}, () => Promise.reject(new Error("lost")))).rejects.toThrow("lost");
});
