// Where jobs and results lie: in files of this machine, or on servers of the trial's own that can be killed.
import { randomUUID } from "node:crypto";
import { type BadLine, badLine } from "../../support/bad-line.ts";
import { BadNetwork, type Trouble } from "../../support/bad-network.ts";
import { missingRedis, type RedisServer, startRedis } from "../../support/redis.ts";
import { environmentOf, missingMoto, type S3Server, startMoto, startS3rver } from "../../support/s3-server.ts";
import type { SmallDisk } from "../../support/small-disk.ts";

export interface Server {
  kill(): Promise<void>;
  start(): Promise<void>;
}

export interface Desk extends AsyncDisposable {
  readonly queue: string;
  readonly objects: string;
  /** The queue as the trial itself reaches it, past a bad network. */
  readonly watched: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Where on this disk the objects lie; undefined: in a server's memory. */
  readonly objectsFolder: string | undefined;
  /** A small one, where the files lie on such. */
  readonly disk?: SmallDisk | undefined;
  readonly servers: { readonly jobs?: Server | undefined; readonly objects?: Server | undefined };
}

export interface Stores {
  readonly name: string;
  /** Answers reach the store at once; else what came in a quarter of a second together. */
  readonly isAtOnce: boolean;
  /** Why they cannot be had on this machine; "": they can. */
  readonly missing: string;
  /** @param folder where files may lie; `isBad`: over a network that delays, drops and duplicates. */
  open(folder: string, isBad?: boolean): Promise<Desk>;
}

const DELAY_MS = 5;
const BREAK_MS = 700;

/** Of every eight connections to the bucket. */
const TROUBLES: readonly Trouble[] = [
  { kind: "none" },
  { kind: "drop", side: "request", after: 600 },
  { kind: "delay", ms: 40 },
  { kind: "duplicate" },
  { kind: "none" },
  { kind: "drop", side: "reply", after: 40 },
  { kind: "duplicate" },
  { kind: "delay", ms: 200 },
];

export const FILES: Stores = {
  name: "files",
  isAtOnce: true,
  missing: "",
  open: async (folder) => ({
    queue: `${folder}/jobs.db`,
    objects: `${folder}/objects`,
    watched: `${folder}/jobs.db`,
    environment: {},
    objectsFolder: `${folder}/objects`,
    servers: {},
    async [Symbol.asyncDispose]() {},
  }),
};

export const REDIS_AND_S3RVER = served("Redis and s3rver", missingRedis, startS3rver);
export const REDIS_AND_MOTO = served("Redis and moto", missingRedis + missingMoto, startMoto);

function served(name: string, missing: string, startBucket: () => Promise<S3Server>): Stores {
  return {
    name,
    isAtOnce: false,
    missing: missing.trim(),
    async open(_, isBad = false) {
      // On disk before it says so: what a killed Redis has confirmed is there again.
      const [redis, bucket] = await Promise.all([startRedis("--appendfsync", "always"), startBucket()]);
      const port = Number(new URL(redis.url).port);
      const line = isBad ? await badLine({ port, delayMs: DELAY_MS, breakEveryMs: BREAK_MS }) : undefined;
      const troubleOf = (connection: number) => TROUBLES[connection % TROUBLES.length]!;
      const network = isBad ? await BadNetwork.before(bucket.port, troubleOf) : undefined;
      return deskOf(redis, bucket, line, network);
    },
  };
}

function deskOf(redis: RedisServer, bucket: S3Server, line?: BadLine, network?: BadNetwork): Desk {
  const prefix = randomUUID();
  const port = line?.port ?? new URL(redis.url).port;
  return {
    queue: `redis://127.0.0.1:${port}?prefix=${prefix}`,
    objects: "s3://bucket/shop",
    watched: `${redis.url}?prefix=${prefix}`,
    environment: environmentOf(network?.port ?? bucket.port),
    objectsFolder: `${bucket.folder}/bucket/shop`,
    servers: { jobs: redis, objects: bucket },
    async [Symbol.asyncDispose]() {
      await Promise.all([line?.close(), network?.[Symbol.asyncDispose]()]);
      await Promise.all([redis.remove(), bucket.remove()]);
    },
  };
}
