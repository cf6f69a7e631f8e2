// Where nothing tells a process from a later one of its number, as on systems without /proc.
import { utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { temporaryDirectory } from "../../test/support/temporary.ts";
import { isLocked } from "./lock.ts";
import { machineName } from "./process-name.ts";

vi.mock(import("./process-name.ts"), async (original) => ({ ...(await original()), processName: () => "running" }));

it("a lock is free when it was silent for a minute, though a process has its holder's number", async () => {
  const path = join(await temporaryDirectory(), ".lock");
  const holder = { command: "isrf train", pid: 1, host: "here", machine: machineName(), process: "running", since: "" };
  await writeFile(path, JSON.stringify(holder));
  expect(await isLocked(path)).toBe(true);
  const minutesAgo = new Date(Date.now() - 120_000);
  await utimes(path, minutesAgo, minutesAgo);
  expect(await isLocked(path)).toBe(false);
});
