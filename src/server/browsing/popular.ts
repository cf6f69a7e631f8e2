// What sells, by the data and by events since.
import type { z } from "zod";
import { interactionsWithin } from "../../pipeline/popular/index.ts";
import type { ServedRun } from "../answering/served-run.ts";
import type { Popular } from "../contract/index.ts";
import type { popularQuery, trendingQuery } from "../contract/items.ts";
import type { Store } from "../events/store.ts";

const DAY_MS = 86_400_000;
const KEPT_MS = 10_000;

export class BestSellers {
  private readonly store: Store;
  private readonly kinds: readonly string[];
  private readonly kept = new Map<string, { readonly until: number; readonly counts: Promise<Counts> }>();

  /** `kinds`: of the events that count. */
  constructor(store: Store, kinds: readonly string[]) {
    this.store = store;
    this.kinds = kinds;
  }

  async popular(run: ServedRun, { count, category }: z.output<typeof popularQuery>): Promise<Popular> {
    const counts = await this.keptOr(`all ${run.generation}`, async () => {
      const since = await this.store.countByItem({ since: 0, until: Number.MAX_SAFE_INTEGER }, this.kinds);
      const sums = new Map(since);
      for (const sequence of run.run.dataset.sequences)
        for (const item of sequence) increase(sums, run.run.dataset.items[item]!.itemId, 1);
      return { now: sums };
    });
    return { items: ranked(run, counts, count, category) };
  }

  async trending(run: ServedRun, { count, days, category }: z.output<typeof trendingQuery>): Promise<Popular> {
    const span = days * DAY_MS;
    const [now, data] = [Date.now(), run.lastDataAt];
    const isLive = (await this.store.countSince(now - span)) > 0;
    // Where no events come, the days before the newest interaction of the data count.
    const until = isLive || data === undefined ? now : data + 1000;
    const counts = await this.keptOr(`${run.generation} ${days}`, async () => ({
      now: await this.within(run, until - span, until),
      before: await this.within(run, until - 2 * span, until - span),
    }));
    const [from, to] = [until - span, until].map((at) => new Date(at).toISOString());
    return { items: ranked(run, counts, count, category), since: from, until: to };
  }

  private async within(run: ServedRun, since: number, until: number): Promise<Map<string, number>> {
    const counts = new Map(await this.store.countByItem({ since, until }, this.kinds));
    const data = await interactionsWithin(run.run.dataset, since / 1000, until / 1000).catch(
      () => new Map<string, number>(),
    );
    for (const [item, count] of data) increase(counts, item, count);
    return counts;
  }

  private keptOr(key: string, count: () => Promise<Counts>): Promise<Counts> {
    const known = this.kept.get(key);
    if (known !== undefined && known.until > performance.now()) return known.counts;
    if (this.kept.size > 100) this.kept.clear();
    const counts = count();
    this.kept.set(key, { until: performance.now() + KEPT_MS, counts });
    counts.catch(() => this.kept.delete(key));
    return counts;
  }
}

interface Counts {
  readonly now: ReadonlyMap<string, number>;
  readonly before?: ReadonlyMap<string, number> | undefined;
}

function ranked(run: ServedRun, { now, before }: Counts, count: number, category?: string): Popular["items"] {
  const filter = category === undefined ? undefined : { categories: [category] };
  const { items } = run.index.spaceOf({ filter }).space;
  const allowed = items && new Set(items);
  const known = [...now].filter(([id]) => {
    const index = run.itemIndex.get(id);
    return index !== undefined && allowed?.has(index) !== false;
  });
  known.sort(([a, x], [b, y]) => y - x || run.itemIndex.get(a)! - run.itemIndex.get(b)!);
  return known.slice(0, count).map(([id, found], at) => ({
    rank: at + 1,
    item: run.cardOf(id),
    count: found,
    before: before === undefined ? undefined : (before.get(id) ?? 0),
  }));
}

function increase(counts: Map<string, number>, id: string, by: number): void {
  counts.set(id, (counts.get(id) ?? 0) + by);
}
