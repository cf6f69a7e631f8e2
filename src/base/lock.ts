// One writer at a time: a small file beside what is written says who holds it. The lock of a process that has died is
// taken over at once on the same machine; from another machine, its heartbeat tells.

import { randomBytes } from "node:crypto";
import { link, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { OperationError, stopIf } from "./errors.ts";
import { machineName, processName, RUNNING } from "./process-name.ts";
import { isMissing, namingPlace, reasonOf } from "./system-errors.ts";

/** The file is touched this often ... */
const BEAT_MS = 5_000;
/** ... and its holder is given up after this long: a busy process may miss a few beats. */
const STALE_MS = 60_000;
const POLL_MS = 50;
/** What a network disk says for a moment. */
const PASSING = new Set(["ESTALE", "EIO", "ETIMEDOUT"]);
/** Each look at a lock of another machine writes a file. */
const FREE_POLL_MS = 500;

const holderSchema = z.object({
  /** Such as "isrf train". */
  command: z.string(),
  pid: z.int(),
  host: z.string(),
  /** Tells this boot and this container of the host from others; process numbers mean nothing elsewhere. */
  machine: z.string(),
  /** Tells the process from a later one of the same number. */
  process: z.string(),
  since: z.string(),
});

type Holder = z.infer<typeof holderSchema>;

/** A lock that is there and cannot be read, such as another user's. */
class Unread {
  constructor(readonly cause: unknown) {}

  get isPassing(): boolean {
    return PASSING.has((this.cause as NodeJS.ErrnoException).code ?? "");
  }
}

/** Somebody else is writing there. */
export class InUseError extends OperationError {}

export interface LockOptions {
  /** Such as "isrf train": what others are told. */
  readonly command: string;
  /** Wait this long for another writer to end. Default: not at all. */
  readonly waitMs?: number | undefined;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
  /** Locks that must be free as well, looked at when our own is taken: nobody can slip between. */
  readonly unless?: (() => Promise<readonly string[]>) | undefined;
}

/** The lock of a folder that is replaced as a whole: beside it, as it moves away itself. */
export function lockBeside(path: string): string {
  const whole = resolve(path);
  return join(dirname(whole), `.${basename(whole)}.lock`);
}

/** Do `work` as the only writer. @throws InUseError that says who is there already. */
export async function withLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const mine = JSON.stringify(ourselves(options.command));
  await namingPlace(dirname(path), () => acquire(path, mine, options));
  const beat = setInterval(() => void touch(path, mine), BEAT_MS);
  beat.unref();
  try {
    for (const other of (await options.unless?.()) ?? []) {
      const holder = await holderOf(other);
      if (holder !== undefined) throw refusal(other, holder);
    }
    return await work();
  } finally {
    clearInterval(beat);
    if ((await readText(path)) === mine) await rm(path, { force: true });
  }
}

/**
 * Do `work` as one of several writers: each has a lock of its own in `directory`, so that whoever needs it alone sees
 * them. @throws InUseError as `withLock`.
 */
export async function withSharedLock<T>(
  directory: string,
  name: string,
  options: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const start = `.${name}.`;
  for (const other of (await readdir(directory).catch(() => [])).filter(
    (each) => each.startsWith(start) && each.endsWith(".lock"),
  ))
    if (!(await isLocked(join(directory, other)))) await rm(join(directory, other), { force: true });
  return withLock(join(directory, `${start}${randomBytes(4).toString("hex")}.lock`), options, work);
}

/** True while a living process holds the lock. */
export async function isLocked(path: string): Promise<boolean> {
  return (await holderOf(path)) !== undefined;
}

export interface WaitOptions {
  readonly waitMs: number;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * When nobody holds the lock, or `waitMs` is over. For the lock of a process that is known to be gone, on whichever
 * machine. @throws CancelledError on `signal`.
 */
export async function whenFree(path: string, { waitMs, signal }: WaitOptions): Promise<void> {
  const deadline = Date.now() + waitMs;
  while (Date.now() < deadline && (await isLocked(path))) {
    stopIf(signal, `${dirname(path)}: stopped while another process was writing there; nothing was changed.`);
    await sleep(FREE_POLL_MS, undefined, { signal }).catch(() => {});
  }
}

async function acquire(path: string, mine: string, { waitMs = 0, signal }: LockOptions): Promise<void> {
  const deadline = Date.now() + waitMs;
  await mkdir(dirname(path), { recursive: true });
  while (!(await create(path, mine))) {
    stopIf(signal, `${dirname(path)}: stopped while another process was writing there; nothing was changed.`);
    const text = await readText(path);
    if (text === undefined) continue;
    // Not moved aside even when it is stale: which of two locks that is could not be told.
    const holder = text instanceof Unread ? text : await holderOf(path);
    if (holder === undefined) await removeStale(path, text as string);
    else if (Date.now() >= deadline || (holder instanceof Unread && !holder.isPassing)) throw refusal(path, holder);
    else await sleep(POLL_MS);
  }
}

/** False when it is there already. */
async function create(path: string, mine: string): Promise<boolean> {
  const file = await open(path, "wx").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") return undefined;
    throw error;
  });
  if (file === undefined) return false;
  try {
    await file.writeFile(mine);
    return true;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

/** The living holder of a lock; undefined when it is free. */
async function holderOf(path: string): Promise<Partial<Holder> | Unread | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  const holder = text instanceof Unread ? undefined : parse(text);
  if (!(await isAlive(path, holder))) return undefined;
  return text instanceof Unread ? text : (holder ?? {});
}

async function isAlive(path: string, holder: Holder | undefined): Promise<boolean> {
  if (holder?.machine === machineName()) {
    if (processName(holder.pid) !== holder.process) return false;
    // Its beginning tells it from a later process of its number: it lives, even if it is too busy to beat.
    if (holder.process !== RUNNING) return true;
  }
  return (await silence(path)) < STALE_MS;
}

/** Undefined for a lock that is just being written, or whose writer died over it. */
function parse(text: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Milliseconds since the last heartbeat, by the clock of the disk: those of two machines may differ. */
async function silence(path: string): Promise<number> {
  const probe = `${path}.${randomBytes(4).toString("hex")}`;
  try {
    await writeFile(probe, "");
    const [now, then] = await Promise.all([stat(probe), stat(path)]);
    return now.mtimeMs - then.mtimeMs;
  } catch {
    const then = await stat(path).catch(() => undefined);
    return then === undefined ? Number.POSITIVE_INFINITY : Date.now() - then.mtimeMs;
  } finally {
    await rm(probe, { force: true }).catch(() => {});
  }
}

/** Moved aside first: of two that find it stale, one does; and what turns out to be a new lock goes back. */
async function removeStale(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomBytes(4).toString("hex")}`;
  const isMoved = await rename(path, aside).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
  if (!isMoved) return;
  if ((await readText(aside)) !== stale) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
}

async function touch(path: string, mine: string): Promise<void> {
  if ((await readText(path)) !== mine) return;
  // Written, not `utimes`: then the time is the disk's.
  const file = await open(path, "r+").catch(() => undefined);
  await file?.write(mine, 0).catch(() => {});
  await file?.close().catch(() => {});
}

/** Undefined where there is none. */
function readText(path: string): Promise<string | Unread | undefined> {
  return readFile(path, "utf8").catch((cause: unknown) => (isMissing(cause) ? undefined : new Unread(cause)));
}

function refusal(path: string, holder: Partial<Holder> | Unread): InUseError {
  if (!(holder instanceof Unread)) return inUse(path, holder);
  const { cause } = holder;
  return new InUseError(
    `${dirname(path)}: its lock ${path} cannot be read (${reasonOf(cause)}), so nothing tells who is writing there. Make it readable, or delete it when nobody is.`,
    { cause },
  );
}

function inUse(path: string, { command = "another process", pid, host, since }: Partial<Holder>): InUseError {
  const where = pid === undefined ? "" : ` (pid ${pid} on ${host}, since ${since})`;
  return new InUseError(
    `${dirname(path)}: ${command}${where} is writing there. Wait until it has ended, or stop it; its lock is ${path}.`,
  );
}

function ourselves(command: string): Holder {
  const process_ = processName(process.pid)!;
  return {
    command,
    pid: process.pid,
    host: hostname(),
    machine: machineName(),
    process: process_,
    since: new Date().toISOString(),
  };
}
