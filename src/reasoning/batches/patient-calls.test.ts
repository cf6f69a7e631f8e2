import { expect, it } from "vitest";
import { ProviderError } from "../../servers/provider-error.ts";
import { PatientCalls } from "./patient-calls.ts";

it("waits longer each time where a busy server asks for no wait at all", async () => {
  const sleeps: number[] = [];
  const clock = {
    now: () => 0,
    sleep: async (ms: number) => {
      sleeps.push(ms);
    },
  };
  const calls = new PatientCalls(clock, 60_000);
  const call = async (tries: number) => {
    if (tries < 3) throw new ProviderError("busy", "later", { retryAfterMs: 0 });
    return "done";
  };
  expect(await calls.make(call, new AbortController().signal)).toBe("done");
  expect(sleeps).toEqual([250, 500, 1000]);
});
