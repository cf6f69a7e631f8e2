// Training at every position: a row is a user's training prefix without its last item, and each of its slots guesses
// the item after it. A causal model computes all guesses of a row at once, where instances (`instances.ts`) read the
// same items again for each target. Batches are a function of seed and step.
import { ascending } from "../../base/ascending.ts";
import { Random } from "../../base/random.ts";
import type { TrainingLists } from "../../data/index.ts";
import type { FeedsOf } from "../../engine/index.ts";
import type { drawnInputs } from "./every-position.ts";
import { bucketOf, groupedFeeds } from "./histories.ts";
import type { BatchExtents, Batches, HistoryGroup, IdTrainingData, TrainingBatch } from "./id-model.ts";
import type { SlotTargetFeeds } from "./slot-targets.ts";
import { type Dealing, deal } from "./strata.ts";

export interface PrefixOptions {
  readonly data: IdTrainingData;
  /** Rows a batch, on average: all batches hold about equally many targets. */
  readonly batch: number;
  /** Slot counts that programs are made for, ascending. Longer prefixes become several rows. */
  readonly lengths: readonly number[];
  /** Items drawn from the whole catalogue in each step; 0 where all items are negatives. */
  readonly draws: number;
}

/** Slots of `user` read prefix[start .. end - 2]; their targets are prefix[start + 1 .. end - 1]. */
interface PrefixRow {
  readonly user: number;
  readonly start: number;
  readonly end: number;
}

/** Rows of one exact length, so that it is known how many targets a batch has. */
interface Stratum {
  readonly length: number;
  readonly rows: readonly PrefixRow[];
}

/** History slots are padded on the left: the newest item of every row stands in the last slot. */
export class PrefixBatches implements Batches {
  readonly perEpoch: number;
  private readonly options: PrefixOptions;
  private readonly strata: readonly Stratum[];
  private readonly dealing: Dealing;
  private readonly shape: BatchExtents & { readonly targets: number };
  private epoch: { readonly number: number; readonly orders: readonly Int32Array[] } | undefined;

  constructor(options: PrefixOptions) {
    this.options = options;
    this.strata = strataOf(options);
    const sizes = this.strata.map(({ rows }) => rows.length);
    const targets = this.strata.map(({ length }) => length);
    this.dealing = deal(sizes, options.batch, targets);
    this.perEpoch = this.dealing.batches;
    this.shape = this.extents();
  }

  at(step: number): TrainingBatch {
    const { prefixes, nItems } = this.options.data;
    const { shape } = this;
    const members = this.membersOf(Math.floor(step / this.perEpoch), step % this.perEpoch);
    const histories: Int32Array[] = [];
    const feeds = emptyTargets(shape.targets);
    let [slot, count] = [0, 0];
    for (const { rows, length } of shape.groups) {
      const own = members.filter((row) => bucketOf(this.options.lengths, inputsOf(row)) === length);
      for (let r = 0; r < rows; r++, slot += length) {
        const row = own[r];
        histories.push(row === undefined ? NOTHING : prefixes[row.user]!.subarray(row.start, row.end - 1));
        if (row === undefined) continue;
        const { user, start, end } = row;
        for (let at = start; at < end - 1; at++, count++) {
          feeds.places[count] = slot + length - (end - 1 - at);
          feeds.target[count] = prefixes[user]![at + 1]!;
        }
      }
    }
    feeds.weight.fill(1 / count, 0, count);
    const slots = groupedFeeds(histories, shape.groups, { padding: "left", pad: nItems });
    return { shape, feeds: { ...slots, ...feeds, ...this.draw(step) } };
  }

  /** Uniform over the whole catalogue: a user's own items and targets may be among them. */
  private draw(step: number): FeedsOf<ReturnType<typeof drawnInputs>> | undefined {
    const { draws, data } = this.options;
    if (draws === 0) return undefined;
    const random = Random.of(data.seed, `draws/${step}`);
    const drawn = new Int32Array(draws);
    for (let i = 0; i < draws; i++) drawn[i] = random.below(data.nItems);
    return { drawn };
  }

  private membersOf(epoch: number, batch: number): readonly PrefixRow[] {
    const orders = this.ordersOf(epoch);
    return this.strata.flatMap(({ rows }, s) => {
      const starts = this.dealing.starts[s]!;
      return Array.from(orders[s]!.subarray(starts[batch], starts[batch + 1]), (row) => rows[row]!);
    });
  }

  private ordersOf(epoch: number): readonly Int32Array[] {
    if (this.epoch?.number !== epoch) {
      const random = Random.of(this.options.data.seed, `epoch/${epoch}`);
      this.epoch = { number: epoch, orders: this.strata.map(({ rows }) => random.shuffle(ascending(rows.length))) };
    }
    return this.epoch.orders;
  }

  /** Room for the fullest batch: who is dealt differs from epoch to epoch, how many of each length does not. */
  private extents(): BatchExtents & { readonly targets: number } {
    const { lengths } = this.options;
    const rows = lengths.map(() => 0);
    let targets = 0;
    for (let b = 0; b < this.perEpoch; b++) {
      const now = lengths.map(() => 0);
      let total = 0;
      this.strata.forEach(({ length }, s) => {
        const dealt = this.dealing.starts[s]![b + 1]! - this.dealing.starts[s]![b]!;
        now[lengths.indexOf(bucketOf(lengths, length))]! += dealt;
        total += dealt * length;
      });
      now.forEach((count, i) => {
        rows[i] = Math.max(rows[i]!, count);
      });
      targets = Math.max(targets, total);
    }
    const groups: readonly HistoryGroup[] = lengths
      .map((length, i) => ({ rows: rows[i]!, length }))
      .filter((group) => group.rows > 0);
    return { rows: groups.reduce((total, group) => total + group.rows, 0), groups, targets };
  }
}

const NOTHING = new Int32Array(0);

function inputsOf({ start, end }: PrefixRow): number {
  return end - 1 - start;
}

function emptyTargets(targets: number): SlotTargetFeeds {
  return { places: new Int32Array(targets), target: new Int32Array(targets), weight: new Float32Array(targets) };
}

function strataOf({ data, lengths }: PrefixOptions): readonly Stratum[] {
  const byLength = new Map<number, PrefixRow[]>();
  for (const row of rowsOf(data.prefixes, lengths.at(-1)!)) {
    const known = byLength.get(inputsOf(row)) ?? [];
    known.push(row);
    byLength.set(inputsOf(row), known);
  }
  return [...byLength].sort(([a], [b]) => a - b).map(([length, rows]) => ({ length, rows }));
}

/** Every item after a user's first is a target of exactly one row; the newest are together. */
function* rowsOf(prefixes: TrainingLists, longest: number): Generator<PrefixRow> {
  for (let user = 0; user < prefixes.length; user++) {
    for (let end = prefixes[user]!.length; end > 1; ) {
      const start = Math.max(0, end - 1 - longest);
      yield { user, start, end };
      end = start + 1;
    }
  }
}
