// A network disk that fails to read a lock for a moment.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, it, vi } from "vitest";
import { temporaryDirectory } from "../../test/support/temporary.ts";
import { InUseError, withLock } from "./lock.ts";

vi.mock("node:fs/promises", async (original) => {
  const whole = await original<typeof import("node:fs/promises")>();
  return { ...whole, readFile: vi.fn(whole.readFile) };
});

const work = { command: "isrf test" };
let path: string;

/** The lock of a process that died, which the next `times` reads do not get. */
beforeEach(async () => {
  path = join(await temporaryDirectory(), ".lock");
  let mine = {};
  await withLock(path, work, async () => {
    mine = JSON.parse(await readFile(path, "utf8")) as object;
  });
  await writeFile(path, JSON.stringify({ ...mine, pid: 2 ** 22 + 1 }));
});

function failing(code: string, times: number): void {
  const error = Object.assign(new Error(code), { code, syscall: "read" });
  for (let n = 0; n < times; n++) vi.mocked(readFile).mockRejectedValueOnce(error);
}

it("a lock is looked at again while one may wait, and taken over as soon as it is read", async () => {
  failing("ESTALE", 3);
  expect(await withLock(path, { ...work, waitMs: 10_000 }, async () => "done")).toBe("done");
});

it("a lock is in use where one may not wait, with the disk's words", async () => {
  failing("EIO", 1);
  const refused = withLock(path, work, async () => {});
  await expect(refused).rejects.toThrow(InUseError);
  await expect(refused).rejects.toThrow("cannot be read (the disk failed to read or write)");
  await expect(refused).rejects.toMatchObject({ cause: { code: "EIO" } });
});
