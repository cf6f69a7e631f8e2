// What befalls the parts of a shared work, at moments drawn by the seed: after so many jobs, and some milliseconds.
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../../../src/base/random.ts";
import { mountRefusal, type SmallDisk, smallDisk } from "../../support/small-disk.ts";
import { describe } from "../interruption.ts";
import { broken, type Verdict } from "../verdict.ts";
import type { Crew, Holding } from "./crew.ts";
import { type Desk, FILES, REDIS_AND_MOTO, REDIS_AND_S3RVER, type Stores } from "./stores.ts";

export interface Harmed {
  readonly crew: Crew;
  readonly desk: Desk;
  readonly random: Random;
  readonly note: (words: string) => void;
}

/** What may have to be paid for again. */
export interface Toll {
  /** Workers that lost what was on its way to them. */
  readonly killed?: number | undefined;
  /** Workers that had another one at their shard, until their next beat. */
  readonly stalled?: number | undefined;
  /** Answers found no room. */
  readonly isUnbounded?: boolean | undefined;
  /** A worker woke when all was over: what was on its way to it stays among the objects. */
  readonly isLate?: boolean | undefined;
  /** What went wrong before the end. */
  readonly trouble?: Verdict | undefined;
}

export interface Harm {
  readonly name: string;
  readonly stores: readonly Stores[];
  readonly isNetworkBad?: boolean | undefined;
  /** Why it cannot be tried on this machine. */
  reasonToSkip?(): string | undefined;
  /** Where files of the stores are to lie; default: in the trial's own place. */
  disk?(): SmallDisk;
  /** From the beginning of the command to where only its end is to be waited for. */
  run(harmed: Harmed): Promise<Toll>;
}

const WORKERS = 2;
/** As long as a short job: those are over soon. */
const LONGEST_MS = 40;
const LONGEST_AWAY_MS = 1500;
const DISK_KB = 48 << 10;
const TRIES = 3;

export const HARMS: readonly Harm[] = [
  {
    name: "a worker killed",
    stores: [FILES, REDIS_AND_S3RVER, REDIS_AND_MOTO],
    async run(harmed) {
      const { crew } = harmed;
      const isPool = begin(harmed);
      const held = await moment(harmed);
      signal(held, "SIGKILL");
      if (!isPool) crew.startWorkers(1);
      return { killed: 1 };
    },
  },
  {
    name: "the command killed",
    stores: [FILES, REDIS_AND_S3RVER],
    async run(harmed) {
      const { crew } = harmed;
      const isPool = begin(harmed);
      await moment(harmed);
      if (await crew.killCommand()) crew.begin(isPool ? `--workers ${WORKERS}` : "");
      return { killed: isPool ? WORKERS : 0 };
    },
  },
  {
    name: "a worker stalls",
    stores: [FILES, REDIS_AND_S3RVER],
    async run(harmed) {
      const { crew, random, note } = harmed;
      crew.begin();
      crew.startWorkers(WORKERS);
      const held = await moment(harmed);
      signal(held, "SIGSTOP");
      const isLate = random.below(2) === 0;
      note(isLate ? "wakes when all is over" : "wakes when its job is done");
      if (isLate) await crew.ended();
      else await crew.until(async () => (await crew.stateOf(held))?.state === "done" || undefined);
      signal(held, "SIGCONT");
      return { killed: 1, stalled: 1, isLate };
    },
  },
  {
    name: "one job to two workers",
    stores: [FILES, REDIS_AND_S3RVER],
    async run(harmed) {
      const { crew } = harmed;
      crew.begin();
      crew.startWorkers(WORKERS);
      const held = await moment(harmed);
      signal(held, "SIGSTOP");
      await crew.until(async () => {
        const job = await crew.stateOf(held);
        return job === undefined || job.state === "done" || (job.state === "active" && job.worker !== held?.job.worker)
          ? true
          : undefined;
      });
      signal(held, "SIGCONT");
      return { killed: 1, stalled: 1 };
    },
  },
  away("Redis killed", "jobs", { killed: WORKERS, stalled: WORKERS }),
  away("the bucket killed", "objects", {}),
  {
    name: "a bad network",
    stores: [REDIS_AND_S3RVER, REDIS_AND_MOTO],
    isNetworkBad: true,
    async run({ crew }) {
      crew.begin();
      crew.startWorkers(WORKERS);
      return { killed: WORKERS, stalled: WORKERS };
    },
  },
  {
    name: "a poisoned job",
    stores: [FILES, REDIS_AND_S3RVER],
    async run({ crew, note }) {
      crew.begin();
      const id = await crew.poison(TRIES);
      note(id);
      crew.startWorkers(WORKERS);
      const end = await crew.ended();
      const { failed, waiting, active } = await crew.counts();
      if (end.code !== 1 || !end.stderr.includes("1 of the shards were set aside"))
        return { trouble: broken(`a job was set aside: ${describe(end)}`) };
      if (failed !== 1 || waiting + active > 0)
        return { trouble: broken(`${failed} failed, ${waiting} waiting and ${active} active jobs for 1 failed`) };
      crew.begin();
      return {};
    },
  },
  {
    name: "a full disk",
    stores: [FILES],
    reasonToSkip: mountRefusal,
    disk: () => smallDisk(DISK_KB),
    async run(harmed) {
      const { crew, disk, random, note } = { ...harmed, disk: harmed.desk.disk! };
      crew.begin(`--workers ${WORKERS}`);
      await moment(harmed);
      disk.fill();
      const ms = random.below(4000);
      note(`room again after ${ms} ms`);
      await Promise.race([crew.ended(), sleep(ms)]);
      disk.clear();
      const end = await crew.ended();
      if (end.code === 0) return { isUnbounded: true };
      if (end.code !== 1 || !/disk|space|full/.test(end.stderr))
        return { trouble: broken(`does not say why: ${describe(end)}`) };
      crew.begin(`--workers ${WORKERS}`);
      return { isUnbounded: true };
    },
  },
];

/** Whether the workers are the command's own processes: on files, where both are tried in turn. */
function begin({ crew, desk, random, note }: Harmed): boolean {
  const isPool = desk.servers.jobs === undefined && random.below(2) === 0;
  crew.begin(isPool ? `--workers ${WORKERS}` : "");
  if (isPool) note("processes of the command");
  else crew.startWorkers(WORKERS);
  return isPool;
}

/** Waits for it; who is at work then, undefined when all was over before. */
async function moment({ crew, random, note }: Harmed): Promise<Holding | undefined> {
  const jobs = (await crew.until(async () => (await crew.total()) || undefined)) ?? 1;
  const done = random.below(jobs);
  const ms = random.below(LONGEST_MS);
  const isReached = await crew.until(async () => (await crew.counts()).done >= done || undefined);
  await sleep(ms);
  const held = await crew.until(() => crew.holding());
  note(`after ${done} of ${jobs} jobs and ${ms} ms${isReached && held ? "" : ", when all was over"}`);
  return held;
}

function signal(held: Holding | undefined, name: NodeJS.Signals): void {
  if (held === undefined) return;
  try {
    process.kill(held.pid, name);
  } catch (error) {
    // It ended by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function away(name: string, server: "jobs" | "objects", toll: Toll): Harm {
  return {
    name,
    stores: [REDIS_AND_S3RVER],
    async run(harmed) {
      const { crew, desk, random, note } = harmed;
      crew.begin();
      crew.startWorkers(WORKERS);
      await moment(harmed);
      const ms = random.below(LONGEST_AWAY_MS);
      note(`away for ${ms} ms`);
      await desk.servers[server]!.kill();
      await sleep(ms);
      await desk.servers[server]!.start();
      return toll;
    },
  };
}
