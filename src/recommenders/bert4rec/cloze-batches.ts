// BERT4Rec's training batches: whole training prefixes with some items replaced by the mask token. RecBole masks inside
// the histories of its instances, so that a user's last training item is never learned; here every item can be a
// target.
import { Random } from "../../base/random.ts";
import { bucketOf } from "../id-models/histories.ts";
import type { Batches, HistoryGroup, IdTrainingData, TrainingBatch } from "../id-models/id-model.ts";
import type { SlotTargetFeeds } from "../id-models/slot-targets.ts";
import { type Dealing, deal } from "../id-models/strata.ts";

export interface ClozeOptions {
  readonly data: IdTrainingData;
  readonly batch: number;
  readonly lengths: readonly number[];
  /** Passes over all users per epoch, each with masks of its own. */
  readonly copies: number;
  readonly maskShare: number;
  /** Share of prefixes in which the last item alone is masked, as when recommending. */
  readonly lastShare: number;
}

/** Users whose prefixes take equally many slots. */
interface Stratum {
  readonly length: number;
  readonly users: readonly number[];
}

export class ClozeBatches implements Batches {
  readonly perEpoch: number;
  private readonly options: ClozeOptions;
  private readonly strata: readonly Stratum[];
  private readonly dealing: Dealing;
  private readonly groups: readonly HistoryGroup[];

  constructor(options: ClozeOptions) {
    this.options = options;
    this.strata = options.lengths
      .map((length) => ({ length, users: usersOf(options, length) }))
      .filter(({ users }) => users.length > 0);
    this.dealing = deal(
      this.strata.map(({ users }) => users.length),
      options.batch,
    );
    this.groups = this.strata.map(({ length }, s) => ({ rows: this.dealing.rows[s]!, length }));
    this.perEpoch = options.copies * this.dealing.batches;
  }

  at(step: number): TrainingBatch {
    const { batches } = this.dealing;
    return this.mask(
      this.membersOf(Math.floor(step / batches), step % batches),
      Random.of(this.options.data.seed, `cloze/${step}`),
    );
  }

  /** Users of a batch by stratum. */
  private membersOf(copy: number, batch: number): (readonly number[])[] {
    const random = Random.of(this.options.data.seed, `copy/${copy}`);
    return this.strata.map(({ users }, s) => {
      const starts = this.dealing.starts[s]!;
      return random.shuffle([...users]).slice(starts[batch], starts[batch + 1]);
    });
  }

  private mask(members: readonly (readonly number[])[], random: Random): TrainingBatch {
    const { nItems, prefixes } = this.options.data;
    const rows = this.groups.reduce((total, group) => total + group.rows, 0);
    const slots = this.groups.reduce((total, group) => total + group.rows * group.length, 0);
    const history = new Int32Array(slots).fill(nItems);
    const used = new Int32Array(rows);
    const places: number[] = [];
    const targets: number[] = [];
    let [firstSlot, firstRow] = [0, 0];
    this.groups.forEach((group, g) => {
      members[g]!.forEach((user, row) => {
        const items = prefixes[user]!.slice(-group.length);
        const start = firstSlot + row * group.length;
        used[firstRow + row] = items.length;
        history.set(items, start);
        for (const at of this.choose(items.length, random)) {
          places.push(start + at);
          targets.push(items[at]!);
          history[start + at] = nItems + 1;
        }
      });
      firstSlot += group.rows * group.length;
      firstRow += group.rows;
    });
    // Few sizes, so that few programs serve all batches; what fills up has weight 0.
    const size = rows * Math.ceil(places.length / rows);
    const fill = (values: readonly number[]) => Int32Array.from({ length: size }, (_, i) => values[i] ?? 0);
    const weight = Float32Array.from({ length: size }, (_, i) => (i < places.length ? 1 / places.length : 0));
    const cloze: SlotTargetFeeds = { places: fill(places), target: fill(targets), weight };
    return { shape: { rows, groups: this.groups, targets: size }, feeds: { history, length: used, ...cloze } };
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
  return [...data.prefixes.keys()].filter((user) => bucketOf(lengths, data.prefixes[user]!.length) === length);
}
