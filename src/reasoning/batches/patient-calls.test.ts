import { expect, it } from "vitest";
import { Random } from "../../base/random.ts";
import { ProviderError } from "../../servers/provider-error.ts";
import { PatientCalls } from "./patient-calls.ts";

/** What is slept until the fourth try, by draws of `seed`. */
async function sleepsOf(seed: number): Promise<readonly number[]> {
  const sleeps: number[] = [];
  const clock = {
    now: () => 0,
    sleep: async (ms: number) => {
      sleeps.push(ms);
    },
  };
  const calls = new PatientCalls(clock, 60_000, Random.of(seed));
  const call = async (tries: number) => {
    if (tries < 3) throw new ProviderError("busy", "later", { retryAfterMs: 0 });
    return "done";
  };
  expect(await calls.make(call, new AbortController().signal)).toBe("done");
  return sleeps;
}

it("waits longer each time where a busy server asks for no wait at all, and not as long as others do", async () => {
  const sleeps = await sleepsOf(7);
  expect(sleeps).toHaveLength(3);
  for (const [step, most] of [500, 1000, 2000].entries()) {
    expect(sleeps[step]).toBeGreaterThanOrEqual(most / 2);
    expect(sleeps[step]).toBeLessThanOrEqual(most);
  }
  expect(await sleepsOf(8)).not.toEqual(sleeps);
});
