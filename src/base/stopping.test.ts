import { expect, test } from "vitest";
import { CancelledError } from "./errors.ts";
import { breathing, stoppable } from "./stopping.ts";

test("work between breaths hears what happens meanwhile", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort("SIGINT"), 1);
  const breathe = breathing(controller.signal, "stopped in the midst");
  const busy = async () => {
    for (const start = performance.now(); performance.now() - start < 2000; ) await breathe();
  };
  await expect(busy()).rejects.toThrow("stopped in the midst");
});

test("work that was stopped says what the whole means, and other errors pass", async () => {
  const stopped = stoppable(
    AbortSignal.abort(),
    async () => "nothing was written",
    () => Promise.reject(new Error("low")),
  );
  await expect(stopped).rejects.toThrow(new CancelledError("nothing was written"));
  const failed = stoppable(new AbortController().signal, "unused", () => Promise.reject(new Error("low")));
  await expect(failed).rejects.toThrow("low");
  expect(await stoppable(AbortSignal.abort(), "unused", async () => 7)).toBe(7);
});
