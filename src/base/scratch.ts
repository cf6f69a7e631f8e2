// Temporary files of one piece of work, removed when it ends, whatever happens. What a killed process left is removed
// by the next one on the machine.
import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isLocked, withLock } from "./lock.ts";

const START = "isrf-scratch.";

export interface Scratch {
  /** A path for a file called `name` in a folder of its own, which exists. */
  readonly path: (name: string) => Promise<string>;
}

/** Do `work` with a place for temporary files; it is made when the first path is asked for. */
export async function withScratch<T>(work: (scratch: Scratch) => Promise<T>): Promise<T> {
  const directory = join(tmpdir(), `${START}${randomBytes(8).toString("hex")}`);
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let held: { readonly made: Promise<void>; readonly removed: Promise<void> } | undefined;
  let count = 0;
  const path = async (name: string) => {
    held ??= hold(directory, ended);
    await held.made;
    const folder = join(directory, String(count++));
    await mkdir(folder);
    return join(folder, name);
  };
  try {
    return await work({ path });
  } finally {
    end();
    await held?.removed.catch(() => {});
  }
}

/**
 * Its lock is there before the folder and until after it: in between, another process would take it for a dead one's.
 */
function hold(directory: string, ended: Promise<void>): { made: Promise<void>; removed: Promise<void> } {
  let removed = Promise.resolve();
  const made = new Promise<void>((isMade, isRefused) => {
    removed = withLock(`${directory}.lock`, { command: "isrf" }, async () => {
      await removeDead();
      await mkdir(directory, { mode: 0o700 });
      isMade();
      await ended;
      await rm(directory, { recursive: true, force: true });
    });
    removed.catch(isRefused);
  });
  return { made, removed };
}

async function removeDead(): Promise<void> {
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    if (!name.startsWith(START)) continue;
    const folder = join(tmpdir(), name.replace(/\.lock$/, ""));
    if (await isLocked(`${folder}.lock`)) continue;
    // Another user's are theirs to remove.
    await rm(folder, { recursive: true, force: true }).catch(() => {});
    await rm(`${folder}.lock`, { force: true }).catch(() => {});
  }
}
