// Training instances of the id models: one for each training item that serves as a target, with the user's other items
// as history where the model reads one. Batches are a function of seed and step; short histories are kept together.
import { Random } from "../../base/random.ts";
import { bucketOf, historyFeeds } from "./histories.ts";
import type { Batches, TrainingBatch, TrainingData } from "./id-model.ts";

export interface InstanceOptions {
  readonly data: TrainingData;
  readonly batch: number;
  /** First position of a prefix that may be a target: 1 where something must come before it. */
  readonly firstTarget: 0 | 1;
  /** Uniform draws outside the user's training prefix, per instance. */
  readonly negatives: number;
  readonly history?: {
    readonly lengths: readonly number[];
    readonly padding: "left" | "right";
    /** What is read when the item at `position` of `prefix` is the target. */
    readonly read: (prefix: Int32Array, position: number) => Int32Array;
  };
}

/** Items before the target, as in "what comes next?". */
export const itemsBefore = (prefix: Int32Array, position: number): Int32Array => prefix.subarray(0, position);

interface Bucket {
  readonly length: number;
  readonly users: Int32Array;
  readonly positions: Int32Array;
}

interface Planned {
  readonly bucket: Bucket;
  readonly members: Int32Array;
}

export class InstanceBatches implements Batches {
  readonly perEpoch: number;
  private readonly options: InstanceOptions;
  private readonly buckets: readonly Bucket[];
  private readonly owned: ReadonlySet<number>[];
  private plan: { readonly epoch: number; readonly batches: readonly Planned[] } | undefined;

  constructor(options: InstanceOptions) {
    this.options = options;
    this.buckets = makeBuckets(options);
    this.owned =
      options.negatives === 0 ? [] : (options.data.spared ?? options.data.histories).map((items) => new Set(items));
    this.perEpoch = this.buckets.reduce((total, { users }) => total + Math.ceil(users.length / options.batch), 0);
  }

  at(step: number): TrainingBatch {
    const { bucket, members } = this.planOf(Math.floor(step / this.perEpoch))[step % this.perEpoch]!;
    const rows = Math.min(this.options.batch, bucket.users.length);
    // A batch that is not full repeats an instance, with weight 0.
    const chosen = Int32Array.from({ length: rows }, (_, i) => members[i] ?? members[0]!);
    const { data, negatives } = this.options;
    const user = chosen.map((i) => bucket.users[i]!);
    const position = chosen.map((i) => bucket.positions[i]!);
    const weight = Float32Array.from({ length: rows }, (_, i) => (i < members.length ? 1 / members.length : 0));
    return {
      shape: { rows, length: bucket.length },
      feeds: {
        user,
        target: position.map((at, i) => data.histories[user[i]!]![at]!),
        weight,
        ...(negatives === 0 ? {} : { negative: this.drawNegatives(user, Random.of(data.seed, `negatives/${step}`)) }),
        ...this.readHistories(user, position, bucket.length),
      },
    };
  }

  private readHistories(user: Int32Array, position: Int32Array, length: number): Record<string, Int32Array> {
    const { data, history } = this.options;
    if (history === undefined) return {};
    const read = Array.from(user, (u, i) => history.read(data.histories[u]!, position[i]!));
    return historyFeeds(read, { length, padding: history.padding, pad: data.nItems });
  }

  private drawNegatives(users: Int32Array, random: Random): Int32Array {
    const { negatives, data } = this.options;
    return Int32Array.from({ length: users.length * negatives }, (_, i) =>
      drawUnowned(this.owned[users[Math.floor(i / negatives)]!]!, data.nItems, random),
    );
  }

  private planOf(epoch: number): readonly Planned[] {
    if (this.plan?.epoch === epoch) return this.plan.batches;
    const random = Random.of(this.options.data.seed, `epoch/${epoch}`);
    const batches = this.buckets.flatMap((bucket) => {
      const order = random.shuffle(Int32Array.from(bucket.users.keys()));
      const count = Math.ceil(order.length / this.options.batch);
      return Array.from({ length: count }, (_, b) => ({
        bucket,
        members: order.subarray(b * this.options.batch, (b + 1) * this.options.batch),
      }));
    });
    this.plan = { epoch, batches: random.shuffle(batches) };
    return this.plan.batches;
  }
}

/**
 * A uniform item outside `owned`, a training prefix. Held-out items may be drawn: sparing them would tell which they are.
 * Who has everything gets any item: there is nothing to rank it below.
 */
export function drawUnowned(owned: ReadonlySet<number>, nItems: number, random: Random): number {
  let item = random.below(nItems);
  while (owned.has(item) && owned.size < nItems) item = random.below(nItems);
  return item;
}

function makeBuckets({ data, firstTarget, history }: InstanceOptions): Bucket[] {
  const lists = new Map<number, { users: number[]; positions: number[] }>();
  data.histories.forEach((prefix, user) => {
    for (let position = firstTarget; position < prefix.length; position++) {
      const length = history === undefined ? 0 : bucketOf(history.lengths, history.read(prefix, position).length);
      let list = lists.get(length);
      if (list === undefined) {
        list = { users: [], positions: [] };
        lists.set(length, list);
      }
      list.users.push(user);
      list.positions.push(position);
    }
  });
  return [...lists]
    .sort(([a], [b]) => a - b)
    .map(([length, { users, positions }]) => ({
      length,
      users: Int32Array.from(users),
      positions: Int32Array.from(positions),
    }));
}
