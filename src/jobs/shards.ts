// Shares of a work that is divided beforehand, without a store: which of them is this process's.
import { UsageError } from "../base/errors.ts";

export interface Shard {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

interface Scheduler {
  readonly name: string;
  readonly index: string;
  /** What the first index is called, where it is not 0. */
  readonly first?: string | undefined;
  readonly count: string;
}

/** Where schedulers say which of how many a process is. An indexed Job of Kubernetes tells no count by itself. */
const SCHEDULERS: readonly Scheduler[] = [
  { name: "Kubernetes", index: "JOB_COMPLETION_INDEX", count: "JOB_COMPLETION_COUNT" },
  { name: "Slurm", index: "SLURM_ARRAY_TASK_ID", first: "SLURM_ARRAY_TASK_MIN", count: "SLURM_ARRAY_TASK_COUNT" },
  { name: "SkyPilot", index: "SKYPILOT_NODE_RANK", count: "SKYPILOT_NUM_NODES" },
];

const FORMS = "3/8 (the third of eight), auto or auto/8";

/**
 * The share that `--shard` names: `i/n` counts from 1; `auto` and `auto/n` read what the scheduler set.
 * @throws UsageError for other words, for a number out of range, and for auto without a scheduler's variables.
 */
export function shardFrom({ shard }: { readonly shard?: string | undefined }, env: Environment): Shard | undefined {
  if (shard === undefined) return undefined;
  const match = /^(?:(\d+)\/(\d+)|auto(?:\/(\d+))?)$/.exec(shard);
  if (match === null) throw new UsageError(`--shard ${shard}: expected ${FORMS}.`);
  const [, number, count, autoCount] = match;
  if (number !== undefined) return inRange(`--shard ${shard}`, Number(number) - 1, Number(count));
  return scheduled(shard, autoCount === undefined ? undefined : Number(autoCount), env);
}

/** Where share `index` of `count` begins and ends (exclusive) among `total`: contiguous, differing by one at most. */
export function shareOf(total: number, { index, count }: Shard): { readonly from: number; readonly to: number } {
  return { from: Math.floor((total * index) / count), to: Math.floor((total * (index + 1)) / count) };
}

function scheduled(shard: string, given: number | undefined, env: Environment): Shard {
  const scheduler = SCHEDULERS.find(({ index }) => env[index] !== undefined);
  if (scheduler === undefined) {
    const names = SCHEDULERS.map(({ name, index }) => `${index} (${name})`).join(", ");
    throw new UsageError(`--shard ${shard}: found none of ${names} in the environment. Name the share: --shard 3/8.`);
  }
  const first = scheduler.first === undefined ? 0 : (numberIn(env, scheduler.first) ?? 0);
  const index = numberIn(env, scheduler.index)! - first;
  const count = given ?? numberIn(env, scheduler.count);
  if (count === undefined) {
    throw new UsageError(
      `--shard ${shard}: ${scheduler.index} says which share, and ${scheduler.count} is not set to say of how many. Add the number: --shard auto/8.`,
    );
  }
  return inRange(`--shard ${shard}: ${scheduler.index}=${env[scheduler.index]}`, index, count);
}

function numberIn(env: Environment, name: string): number | undefined {
  const word = env[name];
  if (word === undefined) return undefined;
  if (/^\d+$/.test(word)) return Number(word);
  throw new UsageError(`--shard: ${name} holds "${word}", expected a whole number.`);
}

function inRange(where: string, index: number, count: number): Shard {
  if (count >= 1 && index >= 0 && index < count) return { index, count };
  throw new UsageError(`${where}: found share ${index + 1} of ${count}, expected one from 1 to the number of shares.`);
}
