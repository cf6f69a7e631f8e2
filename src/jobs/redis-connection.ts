// The connection to Redis: opened, checked, and waited for while Redis is away for a moment.
import type { Redis } from "ioredis";
import { InputError, OperationError } from "../base/errors.ts";
import { permitted } from "../base/permitted.ts";
import { reasonOf } from "../base/system-errors.ts";

export type BullMq = typeof import("bullmq");

export interface RedisConnection {
  readonly redis: Redis;
  readonly bullmq: BullMq;
  /** Host and port, without name and password. */
  readonly place: string;
  /** What the keys begin with. */
  readonly prefix: string;
}

const CONNECT_MS = 5000;
/** For so long a server that is just being started, or a line that breaks, is tried again. */
const OPENING_MS = 3000;
/** A server that is started again is back by then. */
const PATIENCE_MS = 60_000;
const DEFAULT_PREFIX = "isrf";
const PACKAGES = "A queue on Redis needs the optional packages bullmq and ioredis: npm install bullmq ioredis.";

/** @throws OperationError without the packages or the server; InputError for a server that may drop jobs. */
export async function connectRedis(address: URL): Promise<RedisConnection> {
  const url = permitted(new URL(address));
  const prefix = url.searchParams.get("prefix") ?? DEFAULT_PREFIX;
  url.search = "";
  const missing = (cause: unknown): never => {
    throw new OperationError(PACKAGES, { cause });
  };
  const bullmq = await import("bullmq").catch(missing);
  const { Redis } = await import("ioredis").catch(missing);
  // Without a limit of its own: a command waits for the server to come back; `patiently` ends the waiting.
  const redis = new Redis(url.href, { lazyConnect: true, maxRetriesPerRequest: null, connectTimeout: CONNECT_MS });
  // Each command hears of it as well.
  redis.on("error", () => {});
  try {
    await opened(redis);
    // Copies of it, which BullMQ makes, are to connect, and connect again, by themselves.
    redis.options.lazyConnect = false;
    await patiently(url.host, () => requireKept(redis, url.host));
    return { redis, bullmq, place: url.host, prefix };
  } catch (cause) {
    redis.disconnect();
    if (cause instanceof InputError || cause instanceof OperationError) throw cause;
    throw new OperationError(`Redis at ${url.host}: the queue cannot be opened (${reasonOf(cause)}).`, { cause });
  }
}

/** Until it may be asked. @throws what went wrong last: at once where the server refuses, else when it stays away. */
async function opened(redis: Redis): Promise<void> {
  let last: unknown;
  let refuse: (error: unknown) => void = () => {};
  const refused = new Promise<never>((_, reject) => {
    refuse = reject;
  });
  refused.catch(() => {});
  redis.on("error", (error) => {
    last = error;
    // A wrong password: no second try makes it right.
    if (error.name === "ReplyError") refuse(error);
  });
  // It goes on trying by itself.
  const first = redis.connect().catch((error: unknown) => {
    last ??= error;
  });
  const ready = new Promise<void>((resolve) => void redis.once("ready", resolve));
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    const giveUp = () => reject(last ?? new Error("no answer"));
    // A first connection may take its time.
    timer = setTimeout(() => {
      if (last === undefined) timer = setTimeout(giveUp, CONNECT_MS);
      else giveUp();
    }, OPENING_MS);
  });
  silence.catch(() => {});
  try {
    await Promise.race([ready, refused, silence]);
    await first;
  } finally {
    clearTimeout(timer);
  }
}

/** What `work` gives. @throws OperationError where Redis refuses, or is away for longer than it may be. */
export async function patiently<T>(place: string, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer for ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([work(), silence]);
  } catch (cause) {
    if (cause instanceof OperationError || cause instanceof InputError) throw cause;
    throw new OperationError(`Redis at ${place}: the store of jobs failed (${reasonOf(cause)}).`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** A cache drops what nobody asked for lately: here, jobs that wait. */
async function requireKept(redis: Redis, where: string): Promise<void> {
  const [, policy = ""] = /^maxmemory_policy:(\S+)/m.exec(await redis.info("memory")) ?? [];
  if (!policy.startsWith("allkeys-")) return;
  throw new InputError({
    where: `Redis at ${where}`,
    found: `maxmemory-policy ${policy}, which drops jobs when memory runs short`,
    expected: "maxmemory-policy noeviction",
    todo: "Set it, or name a Redis that is no cache.",
  });
}
