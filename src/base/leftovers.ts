// What a killed process leaves beside a folder that it was writing: `.NAME.xxxxxxxx.partial`, and, killed in the moment
// between two renames, `.NAME.xxxxxxxx.replaced` with nothing called NAME. The next command puts that right.
import { readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { exists } from "./files.ts";
import { isLocked, lockBeside } from "./lock.ts";
import { type Report, silent } from "./progress.ts";

/** How long a living writer is given for the moment between its two renames. */
const MOMENT_MS = 2_000;

export interface MendOptions {
  readonly report?: Report | undefined;
  /** The caller holds the folder's lock. */
  readonly holdsLock?: boolean | undefined;
  /** Take what must not be lost out of a former folder; false keeps it. Default: nothing in it is worth keeping. */
  readonly salvage?: ((former: string) => Promise<boolean>) | undefined;
}

/**
 * Put a folder back that a killed process had moved aside, and remove what dead processes left. Without the right to
 * write there, everything stays as it is.
 */
export async function mendDirectory(path: string, options: MendOptions = {}): Promise<void> {
  const { report = silent, holdsLock = false, salvage = async () => true } = options;
  const left = await leftoversOf(path);
  if (left.length === 0) return;
  // Listed before: what a writer makes that begins now is not among them.
  if (!holdsLock && (await isLocked(lockBeside(path)))) return untilThere(path);
  try {
    const former = (await exists(path)) ? undefined : left.find((name) => name.endsWith(".replaced"));
    if (former !== undefined) {
      await rename(former, path);
      const message = `${path}: its replacement had been interrupted; what was there before is back.`;
      report({ kind: "notice", message });
    }
    for (const name of left.filter((each) => each !== former))
      if (name.endsWith(".partial") || (await salvage(name))) await rm(name, { recursive: true, force: true });
  } catch (error) {
    if (holdsLock) throw error;
  }
}

/** Newest first. */
async function leftoversOf(path: string): Promise<string[]> {
  const whole = resolve(path);
  const start = `.${basename(whole)}.`;
  const isOurs = (name: string) =>
    name.startsWith(start) && /^[0-9a-f]{8}\.(partial|replaced)$/.test(name.slice(start.length));
  const names = (await readdir(dirname(whole)).catch(() => [])).filter(isOurs);
  const paths = names.map((name) => join(dirname(whole), name));
  const ages = new Map(await Promise.all(paths.map(async (each) => [each, await changedAt(each)] as const)));
  return paths.sort((a, b) => ages.get(b)! - ages.get(a)!);
}

function changedAt(path: string): Promise<number> {
  return stat(path).then(
    ({ ctimeMs }) => ctimeMs,
    () => 0,
  );
}

async function untilThere(path: string): Promise<void> {
  const deadline = Date.now() + MOMENT_MS;
  while (!(await exists(path)) && Date.now() < deadline) await sleep(10);
}
