import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../../test/support/temporary.ts";
import { InUseError, isLocked, lockBeside, whenFree, withLock } from "./lock.ts";

const LOCK = new URL("./lock.ts", import.meta.url).href;

/** Another process that holds `path` until it is killed. */
async function holder(path: string) {
  const script = `const { withLock } = await import(${JSON.stringify(LOCK)});
    await withLock(${JSON.stringify(path)}, { command: "isrf other" }, async () => {
      console.log("held");
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

const work = { command: "isrf test" };

it("tells the second writer who holds a lock, and is free when the work has ended, well or not", async () => {
  const path = lockBeside(join(await temporaryDirectory(), "shop"));
  await withLock(path, work, async () => {
    const second = withLock(path, work, async () => {});
    await expect(second).rejects.toThrow(InUseError);
    await expect(second).rejects.toThrow(`isrf test (pid ${process.pid} on `);
  });
  await expect(withLock(path, work, () => Promise.reject(new Error("full")))).rejects.toThrow("full");
  expect(await isLocked(path)).toBe(false);
  expect(await readdir(join(path, ".."))).toEqual([]);
});

it("is refused while another process lives, and taken over as soon as that is killed", async () => {
  const path = join(await temporaryDirectory(), ".lock");
  const child = await holder(path);
  await expect(withLock(path, work, async () => {})).rejects.toThrow(`isrf other (pid ${child.pid} on `);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(await withLock(path, work, async () => "done")).toBe("done");
});

it("waits for another writer where that is asked for", async () => {
  const path = join(await temporaryDirectory(), ".lock");
  const order: string[] = [];
  const turn = (name: string) =>
    withLock(path, { ...work, waitMs: 10_000 }, async () => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 100));
      order.push(`${name} ends`);
    });
  await Promise.all([turn("a"), turn("b")]);
  const [first] = order[0]!;
  const other = first === "a" ? "b" : "a";
  expect(order).toEqual([`${first} begins`, `${first} ends`, `${other} begins`, `${other} ends`]);
});

/** The lock of a process of another machine, whose last beat is so long ago. */
async function heldElsewhere(path: string, silentMs = 0): Promise<void> {
  let mine = {};
  await withLock(path, work, async () => {
    mine = JSON.parse(await readFile(path, "utf8")) as object;
  });
  await writeFile(path, JSON.stringify({ ...mine, host: "elsewhere", machine: "elsewhere", pid: 1 }));
  const then = new Date(Date.now() - silentMs);
  await utimes(path, then, then);
}

it("of another machine is waited for until it has been silent for a minute, or as long as one may wait", async () => {
  const path = join(await temporaryDirectory(), ".lock");
  await heldElsewhere(path, 59_500);
  await whenFree(path, { waitMs: 10_000 });
  expect(await isLocked(path)).toBe(false);
  await heldElsewhere(path);
  await whenFree(path, { waitMs: 10 });
  expect(await isLocked(path)).toBe(true);
  const stopped = whenFree(path, { waitMs: 10_000, signal: AbortSignal.timeout(10) });
  await expect(stopped).rejects.toThrow("stopped while another process was writing there");
});

it("goes by the heartbeat for a process of another machine", async () => {
  const path = join(await temporaryDirectory(), ".lock");
  await heldElsewhere(path);
  await expect(withLock(path, work, async () => {})).rejects.toThrow("pid 1 on elsewhere");
  const minutesAgo = new Date(Date.now() - 120_000);
  await utimes(path, minutesAgo, minutesAgo);
  expect(await withLock(path, work, async () => "done")).toBe("done");
});

it("of this machine counts as free when its process number belongs to a later process", async () => {
  const path = join(await temporaryDirectory(), ".lock");
  let mine = "";
  await withLock(path, work, async () => {
    mine = await readFile(path, "utf8");
  });
  await writeFile(path, JSON.stringify({ ...(JSON.parse(mine) as object), process: "1" }));
  expect(await isLocked(path)).toBe(process.platform !== "linux");
});

it("looks at other locks when its own is taken", async () => {
  const directory = await temporaryDirectory();
  const [outer, inner] = [join(directory, ".outer.lock"), join(directory, ".inner.lock")];
  await withLock(outer, { command: "isrf data import" }, async () => {
    const refused = withLock(inner, { ...work, unless: async () => [outer] }, async () => {});
    await expect(refused).rejects.toThrow("isrf data import");
  });
  expect(await readdir(directory)).toEqual([]);
});

it("that cannot be read is in use at once, and says why", async () => {
  const path = join(await temporaryDirectory(), ".lock");
  await mkdir(path);
  const begun = performance.now();
  const refused = withLock(path, { ...work, waitMs: 60_000 }, async () => {});
  await expect(refused).rejects.toThrow(InUseError);
  await expect(refused).rejects.toThrow(`its lock ${path} cannot be read (it is a directory, not a file)`);
  expect(performance.now() - begun).toBeLessThan(30_000);
  const other = withLock(`${path}.own`, { ...work, unless: async () => [path] }, async () => {});
  await expect(other).rejects.toThrow("cannot be read");
});
