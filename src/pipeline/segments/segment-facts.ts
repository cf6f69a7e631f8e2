// What the users of a group share above all others, by what they have in training.
import type { Dataset, Split } from "../../data/index.ts";

export interface SharedFact {
  readonly what: string;
  /** Of the group's users, and of all users. */
  readonly share: number;
  readonly shareOfAll: number;
}

export interface SegmentFacts {
  readonly size: number;
  /** Categories and brands, the most telling first. */
  readonly shares: readonly SharedFact[];
  /** Items by index, the most telling first. */
  readonly items: readonly { readonly item: number; readonly share: number; readonly shareOfAll: number }[];
}

const SHOWN = 8;
/** Rarer than this in a group it is chance. */
const LEAST_SHARE = 0.05;
const LEAST_USERS = 2;

/** By segment. @param of Segment of each user. */
export function segmentFacts(dataset: Dataset, split: Split, of: Int32Array, segments: number): SegmentFacts[] {
  const sizes = new Int32Array(segments);
  const all = new Counts(segments);
  const items = new Counts(segments);
  for (const [user, prefix] of split.prefixes.entries()) {
    const segment = of[user]!;
    sizes[segment]!++;
    const features = new Set<string>();
    for (const item of prefix) {
      items.add(String(item), segment);
      const { categories = [], brand } = dataset.items[item]!;
      for (const name of categories) features.add(name);
      if (brand !== undefined) features.add(brand);
    }
    for (const name of features) all.add(name, segment);
  }
  return Array.from(sizes, (size, segment) => ({
    size,
    shares: all.telling(segment, size, of.length).map(({ name, ...shares }) => ({ what: name, ...shares })),
    items: items.telling(segment, size, of.length).map(({ name, ...shares }) => ({ item: Number(name), ...shares })),
  }));
}

class Counts {
  private readonly segments: number;
  private readonly counts = new Map<string, Int32Array>();

  constructor(segments: number) {
    this.segments = segments;
  }

  add(name: string, segment: number): void {
    const own = this.counts.get(name) ?? new Int32Array(this.segments);
    own[segment]!++;
    this.counts.set(name, own);
  }

  /** What a segment has more than all users, by share * log(share / share of all). */
  telling(segment: number, size: number, users: number) {
    const found: { name: string; share: number; shareOfAll: number; weight: number }[] = [];
    for (const [name, counts] of this.counts) {
      const count = counts[segment]!;
      const share = count / Math.max(1, size);
      if (count < LEAST_USERS || share < LEAST_SHARE) continue;
      const shareOfAll = counts.reduce((sum, value) => sum + value, 0) / users;
      if (share > shareOfAll) found.push({ name, share, shareOfAll, weight: share * Math.log(share / shareOfAll) });
    }
    found.sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1));
    return found.slice(0, SHOWN).map(({ name, share, shareOfAll }) => ({ name, share, shareOfAll }));
  }
}
