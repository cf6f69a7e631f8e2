// Training instances of the id models: one for each training item that serves as a target (where items weigh, as many
// as there are, drawn by weight), with the user's other items as history where the model reads one. Batches are a
// function of seed and step.
import { ascending } from "../../base/ascending.ts";
import { Random } from "../../base/random.ts";
import { SortedNumbers } from "../../base/sorted-numbers.ts";
import type { TrainingLists } from "../../data/index.ts";
import { type FeedsOf, floats, integers } from "../../engine/index.ts";
import { drawByWeight } from "./draw-by-weight.ts";
import { bucketOf, groupedFeeds, type HistoryFeeds } from "./histories.ts";
import type { BatchExtents, Batches, IdTrainingData, TrainingBatch } from "./id-model.ts";
import { type Dealing, deal } from "./strata.ts";

export interface InstanceOptions {
  readonly data: IdTrainingData;
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

/** Whose row it is. */
export const userInputs = (rows: number) => ({ user: integers(rows) });

/** A row's user, its target, and its share of the loss: 0 for rows that only fill the batch. */
export const instanceInputs = (rows: number) => ({
  ...userInputs(rows),
  target: integers(rows),
  weight: floats(rows),
});

/** Items outside the user's training prefix, `count` by row. */
export const negativeInputs = (rows: number, count: number) => ({ negative: integers(rows, count) });

/** Instances whose histories take equally many slots; 0 where none is read. */
interface Stratum {
  readonly length: number;
  readonly users: Int32Array;
  readonly positions: Int32Array;
  /** Of each instance. Absent: all alike. */
  readonly weights?: Float64Array | undefined;
}

/** Rows of a batch, in the order of the strata. */
interface Chosen {
  readonly user: Int32Array;
  /** In the user's prefix. */
  readonly position: Int32Array;
  /** 1 / members; 0 for rows that only fill up. */
  readonly weight: Float32Array;
}

export class InstanceBatches implements Batches {
  readonly perEpoch: number;
  private readonly options: InstanceOptions;
  private readonly strata: readonly Stratum[];
  private readonly dealing: Dealing;
  private readonly shape: BatchExtents;
  private readonly owned: readonly SortedNumbers[];
  private epoch: { readonly number: number; readonly orders: readonly Int32Array[] } | undefined;

  constructor(options: InstanceOptions) {
    this.options = options;
    this.strata = makeStrata(options);
    this.dealing = deal(
      this.strata.map(({ users }) => users.length),
      options.batch,
    );
    this.owned =
      options.negatives === 0
        ? []
        : (options.data.spared ?? options.data.prefixes).map((items) => new SortedNumbers(items));
    this.perEpoch = this.dealing.batches;
    const groups = this.strata.map(({ length }, s) => ({ rows: this.dealing.rows[s]!, length }));
    const rows = groups.reduce((total, group) => total + group.rows, 0);
    this.shape = { rows, groups: options.history === undefined ? [] : groups };
  }

  at(step: number): TrainingBatch {
    const { data, negatives } = this.options;
    const { user, position, weight } = this.choose(step);
    const own: FeedsOf<ReturnType<typeof instanceInputs>> = {
      user,
      target: position.map((at, i) => data.prefixes[user[i]!]![at]!),
      weight,
    };
    const histories = this.readHistories(user, position);
    if (negatives === 0) return { shape: this.shape, feeds: { ...own, ...histories } };
    const drawn = this.drawNegatives(user, Random.of(data.seed, `negatives/${step}`));
    return { shape: this.shape, feeds: { ...own, ...drawn, ...histories } };
  }

  /** A stratum that gives less than its rows repeats one of its own, which is not counted. */
  private choose(step: number): Chosen {
    const { rows } = this.shape;
    const b = step % this.perEpoch;
    const orders = this.ordersOf(Math.floor(step / this.perEpoch));
    const [user, position, weight] = [new Int32Array(rows), new Int32Array(rows), new Float32Array(rows)];
    let [at, members] = [0, 0];
    this.strata.forEach(({ users, positions }, s) => {
      const [start, end] = [this.dealing.starts[s]![b]!, this.dealing.starts[s]![b + 1]!];
      members += end - start;
      for (let row = 0; row < this.dealing.rows[s]!; row++, at++) {
        const isMember = start + row < end;
        const member = orders[s]![isMember ? start + row : 0]!;
        user[at] = users[member]!;
        position[at] = positions[member]!;
        weight[at] = isMember ? 1 : 0;
      }
    });
    return { user, position, weight: weight.map((isMember) => isMember / members) };
  }

  private readHistories(user: Int32Array, position: Int32Array): HistoryFeeds | undefined {
    const { data, history } = this.options;
    if (history === undefined) return undefined;
    const read = Array.from(user, (u, i) => history.read(data.prefixes[u]!, position[i]!));
    return groupedFeeds(read, this.shape.groups, { padding: history.padding, pad: data.nItems });
  }

  /** Uniform items outside training prefixes. Held-out items may be drawn: sparing them would tell which they are. */
  private drawNegatives(users: Int32Array, random: Random): FeedsOf<ReturnType<typeof negativeInputs>> {
    const { negatives, data } = this.options;
    const drawn = new Int32Array(users.length * negatives);
    for (let i = 0; i < drawn.length; i++)
      drawn[i] = random.outside(this.owned[users[Math.floor(i / negatives)]!]!, data.nItems);
    return { negative: drawn };
  }

  private ordersOf(epoch: number): readonly Int32Array[] {
    if (this.epoch?.number !== epoch) {
      const random = Random.of(this.options.data.seed, `epoch/${epoch}`);
      const orders = this.strata.map(({ users, weights }) =>
        random.shuffle(weights === undefined ? ascending(users.length) : drawByWeight(weights, random)),
      );
      this.epoch = { number: epoch, orders };
    }
    return this.epoch.orders;
  }
}

function makeStrata(options: InstanceOptions): Stratum[] {
  const { weights } = options.data;
  const strata = equalWeights(options);
  if (weights === undefined) return strata;
  return strata.map((stratum) => {
    const own = Float64Array.from(stratum.users, (user, k) => weights[user]![stratum.positions[k]!]!);
    return { ...stratum, weights: own };
  });
}

function equalWeights({ data, firstTarget, history }: InstanceOptions): Stratum[] {
  const lengths = history?.lengths ?? [0];
  const strata = strataOfInstances(data.prefixes, firstTarget, (prefix, position) =>
    history === undefined ? 0 : lengths.indexOf(bucketOf(lengths, history.read(prefix, position).length)),
  );
  const sizes = new Int32Array(lengths.length);
  for (let i = 0; i < strata.length; i++) sizes[strata[i]!]!++;
  const lists = Array.from(sizes, (size, s) => ({
    length: lengths[s]!,
    users: new Int32Array(size),
    positions: new Int32Array(size),
  }));
  const filled = new Int32Array(lengths.length);
  let instance = 0;
  data.prefixes.forEach((prefix, user) => {
    for (let position = firstTarget; position < prefix.length; position++, instance++) {
      const stratum = strata[instance]!;
      const { users, positions } = lists[stratum]!;
      const at = filled[stratum]!++;
      users[at] = user;
      positions[at] = position;
    }
  });
  return lists.filter(({ users }) => users.length > 0).sort((a, b) => a.length - b.length);
}

/** Which stratum each instance belongs to, users and positions in order. */
function strataOfInstances(
  prefixes: TrainingLists,
  firstTarget: number,
  stratumOf: (prefix: Int32Array, position: number) => number,
): Uint8Array {
  const count = prefixes.reduce((total, { length }) => total + Math.max(0, length - firstTarget), 0);
  const strata = new Uint8Array(count);
  let instance = 0;
  for (const prefix of prefixes) {
    for (let position = firstTarget; position < prefix.length; position++)
      strata[instance++] = stratumOf(prefix, position);
  }
  return strata;
}
