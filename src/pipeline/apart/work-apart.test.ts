import { expect, it, onTestFinished } from "vitest";
import { ProcessNotStartedError } from "../../base/errors.ts";
import { workApart } from "./work-apart.ts";

const NOTHING = { program: { path: "none.js", execArgv: [] }, task: {}, where: "run" };

it("a process that cannot be started is told as that, once, and ends nothing else", async () => {
  const { execPath } = process;
  onTestFinished(() => {
    process.execPath = execPath;
  });
  process.execPath = "/nowhere/node";
  const failed = workApart(NOTHING, { signal: AbortSignal.abort() });
  await expect(failed).rejects.toThrow(ProcessNotStartedError);
  await expect(failed).rejects.toThrow(/^run: no process could be started for this training \(.+\)\.$/);
  // What was sent to nobody fails later.
  await new Promise((resolve) => setTimeout(resolve, 50));
});
