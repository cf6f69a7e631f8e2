// BERT4Rec's training batches: whole training prefixes with some items replaced by the mask token. RecBole masks inside
// the histories of its instances, so that a user's last training item is never learned; here every item can be a target.
import { Random } from "../../base/random.ts";
import { bucketOf } from "../id-models/histories.ts";
import type { Batches, TrainingBatch, TrainingData } from "../id-models/id-model.ts";

export interface ClozeOptions {
  readonly data: TrainingData;
  readonly batch: number;
  readonly lengths: readonly number[];
  /** Passes over all users per epoch, each with masks of its own. */
  readonly copies: number;
  readonly maskShare: number;
  /** Share of prefixes in which the last item alone is masked, as when recommending. */
  readonly lastShare: number;
}

interface Bucket {
  readonly length: number;
  readonly users: readonly number[];
}

export class ClozeBatches implements Batches {
  readonly perEpoch: number;
  private readonly options: ClozeOptions;
  private readonly buckets: readonly Bucket[];

  constructor(options: ClozeOptions) {
    this.options = options;
    this.buckets = options.lengths
      .map((length) => ({ length, users: usersOf(options, length) }))
      .filter(({ users }) => users.length > 0);
    this.perEpoch = options.copies * this.batchesPerCopy();
  }

  at(step: number): TrainingBatch {
    const copy = Math.floor(step / this.batchesPerCopy());
    const random = Random.of(this.options.data.seed, `cloze/${step}`);
    const { bucket, members } = this.planOf(copy)[step % this.batchesPerCopy()]!;
    return this.mask(bucket, members, random);
  }

  private batchesPerCopy(): number {
    return this.buckets.reduce((total, { users }) => total + Math.ceil(users.length / this.options.batch), 0);
  }

  private planOf(copy: number): { bucket: Bucket; members: readonly number[] }[] {
    const { batch, data } = this.options;
    const random = Random.of(data.seed, `copy/${copy}`);
    const plan = this.buckets.flatMap((bucket) => {
      const order = random.shuffle([...bucket.users]);
      const count = Math.ceil(order.length / batch);
      return Array.from({ length: count }, (_, b) => ({ bucket, members: order.slice(b * batch, (b + 1) * batch) }));
    });
    return random.shuffle(plan);
  }

  private mask({ length, users }: Bucket, members: readonly number[], random: Random): TrainingBatch {
    const { data, batch } = this.options;
    const rows = Math.min(batch, users.length);
    const history = new Int32Array(rows * length).fill(data.nItems);
    const used = new Int32Array(rows);
    const places: number[] = [];
    const targets: number[] = [];
    members.forEach((user, row) => {
      const items = data.histories[user]!.slice(-length);
      used[row] = items.length;
      history.set(items, row * length);
      for (const at of this.choose(items.length, random)) {
        places.push(row * length + at);
        targets.push(items[at]!);
        history[row * length + at] = data.nItems + 1;
      }
    });
    // Few sizes, so that few programs serve all batches; what fills up has weight 0.
    const size = rows * Math.ceil(places.length / rows);
    const fill = (values: readonly number[]) => Int32Array.from({ length: size }, (_, i) => values[i] ?? 0);
    const weight = Float32Array.from({ length: size }, (_, i) => (i < places.length ? 1 / places.length : 0));
    return {
      shape: { rows, length, targets: size },
      feeds: { history, length: used, places: fill(places), target: fill(targets), weight },
    };
  }

  /** Places to mask among `count`; one at random when none was drawn. */
  private choose(count: number, random: Random): number[] {
    const { maskShare, lastShare } = this.options;
    if (random.uniform() < lastShare) return [count - 1];
    const drawn = Array.from({ length: count }, (_, at) => at).filter(() => random.uniform() < maskShare);
    return drawn.length > 0 ? drawn : [random.below(count)];
  }
}

function usersOf({ data, lengths }: ClozeOptions, length: number): number[] {
  return [...data.histories.keys()].filter((user) => bucketOf(lengths, data.histories[user]!.length) === length);
}
