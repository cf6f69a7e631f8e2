import { expect, test } from "vitest";
import { missingPackage } from "../../../test/support/optional-package.ts";
import { startTraces, traced } from "./traces.ts";

const ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";

test("traces are off unless an address is named, and where the SDK is switched off", async () => {
  expect((await startTraces({})).isOn).toBe(false);
  expect((await startTraces({ [ENDPOINT]: "http://127.0.0.1:4318", OTEL_SDK_DISABLED: "true" })).isOn).toBe(false);
});

test("an address beyond this machine is refused where the network is forbidden", async () => {
  const environment = { [ENDPOINT]: "http://collector.example:4318", ISRF_OFFLINE: "1" };
  await expect(startTraces(environment)).rejects.toThrow("ISRF_OFFLINE is set");
  await expect(startTraces({ [ENDPOINT]: "collector" })).rejects.toThrow("expected a URL");
});

test.skipIf(missingPackage("@opentelemetry/sdk-node") === "")(
  "a missing SDK is named, with how to add it",
  async () => {
    const failure = startTraces({ [ENDPOINT]: "http://127.0.0.1:4318" });
    await expect(failure).rejects.toThrow("npm install @opentelemetry/sdk-node@0.219");
  },
);

test("work in a span gives what it gives, and throws what it throws", async () => {
  let done = false;
  await traced("GET", {}, async () => {
    done = true;
    return { operation: "runs", status: 500 };
  });
  expect(done).toBe(true);
  await expect(traced("GET", {}, () => Promise.reject(new Error("lost")))).rejects.toThrow("lost");
});
