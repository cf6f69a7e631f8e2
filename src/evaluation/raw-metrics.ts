// Metrics as the public evaluators of POD and ELMRec count them, for protocol `paper` alone: lists may hold an item
// several times. Every copy of the target is a hit in HR, which can so exceed 1, and NDCG is divided by the best that
// as many copies could reach (docs/protocols.md, L10). Never to be read beside metrics of lists without repeats.

export const RAW_CUTS = [1, 5, 10] as const;
export type RawMetricName = `HR@${(typeof RAW_CUTS)[number]}` | `NDCG@${(typeof RAW_CUTS)[number]}`;
export type RawMetrics = Readonly<Record<RawMetricName, number>>;

const discount = (place: number): number => 1 / Math.log2(place + 2);

/** Means over users of lists as generated, best first. */
export class RawTally {
  private readonly sums = new Map<RawMetricName, number>();
  private users = 0;
  private repeated = 0;

  /** `items`: what the user is shown, repeats included. */
  add(items: ArrayLike<number>, target: number): void {
    this.users++;
    if (new Set(Array.from(items)).size < items.length) this.repeated++;
    for (const k of RAW_CUTS) {
      let hits = 0;
      let gain = 0;
      let ideal = 0;
      for (let place = 0; place < Math.min(k, items.length); place++) {
        if (items[place] !== target) continue;
        gain += discount(place);
        ideal += discount(hits++);
      }
      this.sums.set(`HR@${k}`, (this.sums.get(`HR@${k}`) ?? 0) + hits);
      this.sums.set(`NDCG@${k}`, (this.sums.get(`NDCG@${k}`) ?? 0) + (hits === 0 ? 0 : gain / ideal));
    }
  }

  /** Share of users whose list holds an item twice. */
  get repeatedLists(): number {
    return this.repeated / Math.max(1, this.users);
  }

  get metrics(): RawMetrics {
    return Object.fromEntries([...this.sums].map(([name, sum]) => [name, sum / this.users])) as RawMetrics;
  }
}
