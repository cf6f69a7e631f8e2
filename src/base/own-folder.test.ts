import { mkdir, stat, symlink } from "node:fs/promises";
import { expect, it, onTestFinished, vi } from "vitest";
import { temporaryDirectory } from "../../test/support/temporary.ts";
import { OperationError } from "./errors.ts";
import { ownFolder, ownFolderPath } from "./own-folder.ts";

async function amongTemporaryFiles(): Promise<void> {
  vi.stubEnv("TMPDIR", await temporaryDirectory());
  onTestFinished(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });
}

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

it("is made for one user alone, and stays", async () => {
  await amongTemporaryFiles();
  const path = await ownFolder("kept");
  expect(await modeOf(path)).toBe(0o700);
  expect(await ownFolder("kept")).toBe(path);
});

it("is closed to others where it was open", async () => {
  await amongTemporaryFiles();
  await mkdir(ownFolderPath("kept"), { mode: 0o755 });
  expect(await modeOf(await ownFolder("kept"))).toBe(0o700);
});

it("is refused where another user made it, or a link in its place", async () => {
  await amongTemporaryFiles();
  const user = process.getuid!();
  vi.spyOn(process as { getuid: () => number }, "getuid").mockReturnValue(user + 1);
  await mkdir(ownFolderPath("kept"));
  await expect(ownFolder("kept")).rejects.toThrow(OperationError);
  await expect(ownFolder("kept")).rejects.toThrow(`the user of number ${user} made, expected a folder of your own`);
  vi.restoreAllMocks();
  await symlink(await temporaryDirectory(), ownFolderPath("linked"));
  await expect(ownFolder("linked")).rejects.toThrow(OperationError);
});
