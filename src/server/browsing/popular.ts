// What sells, by the data and by events since. An order that the data hold and that came as an event, too, counts once.
import type { z } from "zod";
import { TopK, topEntries } from "../../base/top-k.ts";
import { interactionsWithin } from "../../pipeline/popular/index.ts";
import { heldOf } from "../answering/person.ts";
import type { ServedRun } from "../answering/served-run.ts";
import type { Popular } from "../contract/index.ts";
import type { popularQuery, trendingQuery } from "../contract/items.ts";
import type { Pair, Store } from "../events/store.ts";
import { KeptForAWhile } from "./kept-for-a-while.ts";

const DAY_MS = 86_400_000;
const KEPT_MS = 10_000;
/** Times of interactions are whole seconds. */
const SECOND_MS = 1000;

/** By item index. */
interface Counts {
  readonly now: Int32Array;
  readonly before?: Int32Array | undefined;
}

export class BestSellers {
  private readonly store: Store;
  private readonly kinds: readonly string[];
  private readonly kept = new KeptForAWhile<Counts>(KEPT_MS);

  /** `kinds`: of the events that count. */
  constructor(store: Store, kinds: readonly string[]) {
    this.store = store;
    this.kinds = kinds;
  }

  /** By how many users have an item. */
  async popular(run: ServedRun, { count, category }: z.output<typeof popularQuery>): Promise<Popular> {
    const counts = await this.kept.orMake(`all ${run.dataGeneration}`, async () => ({ now: await this.holders(run) }));
    return { items: ranked(run, counts, count, category) };
  }

  async trending(run: ServedRun, { count, days, category }: z.output<typeof trendingQuery>): Promise<Popular> {
    const span = days * DAY_MS;
    const [now, data] = [Date.now(), run.lastDataAt];
    const isLive = await this.store.isAnySince(now - span);
    // Where no events come, the days before the newest interaction of the data count.
    const until = isLive || data === undefined ? now : data + SECOND_MS;
    const counts = await this.kept.orMake(`${run.dataGeneration} ${days}`, async () => ({
      now: await this.within(run, until - span, until),
      before: await this.within(run, until - 2 * span, until - span),
    }));
    const [from, to] = [until - span, until].map((at) => new Date(at).toISOString());
    return { items: ranked(run, counts, count, category), since: from, until: to };
  }

  private async holders(run: ServedRun): Promise<Int32Array> {
    const { dataset, later } = run.run;
    const counts = new Int32Array(dataset.items.length);
    for (const sequence of dataset.sequences) for (const item of sequence) counts[item]!++;
    for (const history of later?.newcomers.values() ?? []) for (const item of history) counts[item]!++;
    const isFirst = firstOfEach();
    for await (const pairs of this.store.pairs(this.kinds))
      for (const pair of pairs) {
        const item = run.itemIndex.get(pair.item);
        if (item !== undefined && isFirst(pair) && !heldOf(run, pair.user).held.includes(item)) counts[item]!++;
      }
    return counts;
  }

  /** Interactions of the data, and after them events, of each user one. @throws OperationError where files are gone. */
  private async within(run: ServedRun, since: number, until: number): Promise<Int32Array> {
    const counts = new Int32Array(run.run.dataset.items.length);
    const add = (found: ReadonlyMap<string, number>) => {
      for (const [id, count] of found) {
        const index = run.itemIndex.get(id);
        if (index !== undefined) counts[index]! += count;
      }
    };
    const beyond = run.lastDataAt === undefined ? since : Math.max(since, run.lastDataAt + SECOND_MS);
    if (beyond < until) add(await this.store.countByItem({ since: beyond, until }, this.kinds));
    const isOfData = run.lastDataAt !== undefined && since <= run.lastDataAt;
    if (isOfData) add(await interactionsWithin(run.run.dataset, since / 1000, until / 1000));
    return counts;
  }
}

/** Whether a pair is new, as one comes for every kind of event: those of an item follow each other. */
function firstOfEach(): (pair: Pair) => boolean {
  let of = "";
  let users = new Set<string>();
  return ({ item, user }) => {
    if (item !== of) [of, users] = [item, new Set()];
    return users.size < users.add(user).size;
  };
}

function ranked(run: ServedRun, { now, before }: Counts, count: number, category?: string): Popular["items"] {
  const filter = category === undefined ? undefined : { categories: [category] };
  const { items } = run.index.spaceOf({ filter }).space;
  const best = new TopK(count);
  for (const item of items ?? now.keys()) if (now[item]! > 0) best.push(now[item]!, item);
  const { size, keys } = best.drain(topEntries(count));
  return Array.from(keys.subarray(0, size), (item, at) => ({
    rank: at + 1,
    item: run.card(item),
    count: now[item]!,
    before: before?.[item],
  }));
}
