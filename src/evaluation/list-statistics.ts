// What recommended lists are like apart from being right: how much of the catalogue they show, how evenly, how well
// known it is. Meaningful where the catalogue is the answer space; among 100 drawn candidates the draw decides.
import { gini } from "../base/gini.ts";

export interface ListStatistics {
  /** Places of each list that were looked at. */
  readonly k: number;
  /** Share of the catalogue that stands in at least one list. */
  readonly coverage: number;
  /**
   * Mean self-information of a shown item in bits (Zhou et al. 2010): -log2 of the share of users who have it in
   * training, one added to both counts so that items nobody has are finite.
   */
  readonly novelty: number;
  /** Inequality of exposure over the whole catalogue: 0 = all items equally often, near 1 = a few items alone. */
  readonly gini: number;
}

/** Counts what is shown. */
export class ShownItems {
  private readonly k: number;
  private readonly counts: Int32Array;

  constructor(nItems: number, k: number) {
    this.k = k;
    this.counts = new Int32Array(nItems);
  }

  add(list: Int32Array): void {
    for (const item of list.subarray(0, this.k)) this.counts[item]!++;
  }

  /** @param owners Users who have each item in training. Undefined when nothing was shown. */
  statistics(owners: Int32Array, nUsers: number): ListStatistics | undefined {
    let shown = 0;
    let distinct = 0;
    let bits = 0;
    this.counts.forEach((count, item) => {
      if (count === 0) return;
      shown += count;
      distinct++;
      bits -= count * Math.log2((owners[item]! + 1) / (nUsers + 1));
    });
    if (shown === 0) return undefined;
    const coverage = distinct / this.counts.length;
    return { k: this.k, coverage, novelty: bits / shown, gini: gini(this.counts) };
  }
}
