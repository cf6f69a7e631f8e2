import { expect, it, onTestFinished } from "vitest";
import { withCrew } from "./with-crew.ts";

it("goes on without a helper process that cannot be started, and says so", async () => {
  const { execPath } = process;
  onTestFinished(() => {
    process.execPath = execPath;
  });
  process.execPath = "/nowhere/node";
  const told = await new Promise((heard) => {
    const report = (event: unknown) => heard(event);
    void withCrew({ helpers: 1, report }, () => new Promise((resolve) => setTimeout(resolve, 50)));
  });
  const message = "a helper process could not be started (no such file or directory); the training goes on without it.";
  expect(told).toEqual({ kind: "warning", message });
});
