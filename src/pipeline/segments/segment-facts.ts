// What the users of a group share above all others, by what they have in training.
import { inTurns } from "../../base/in-turns.ts";
import { type Dataset, eachUsersFeatures, itemFeatures, type Split } from "../../data/index.ts";

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

/** Users in one go, while others wait. */
const TOGETHER = 5000;

/** By segment. @param of Segment of each user. */
export async function segmentFacts(
  dataset: Pick<Dataset, "items">,
  { prefixes }: Pick<Split, "prefixes">,
  of: Int32Array,
  segments: number,
): Promise<SegmentFacts[]> {
  const sizes = new Int32Array(segments);
  const items = new Counts(dataset.items.length, segments);
  await inTurns(prefixes.length, TOGETHER, (user) => {
    const segment = of[user]!;
    sizes[segment]!++;
    for (const item of prefixes[user]!) items.add(item, segment);
  });
  const features = await itemFeatures(dataset.items);
  const shares = new Counts(features.names.length, segments);
  await eachUsersFeatures(features, prefixes, (feature, user) => shares.add(feature, of[user]!));
  const nameOf = (feature: number) => features.names[feature]!;
  const facts: SegmentFacts[] = [];
  for (const [segment, size] of sizes.entries()) {
    const users = { segment, size, of: of.length };
    facts.push({
      size,
      shares: shares.telling(users, nameOf).map(({ number, ...share }) => ({ what: nameOf(number), ...share })),
      items: items.telling(users, String).map(({ number, ...share }) => ({ item: number, ...share })),
    });
    await new Promise(setImmediate);
  }
  return facts;
}

interface Telling {
  readonly number: number;
  readonly share: number;
  readonly shareOfAll: number;
}

/** How many users of each segment have a thing, by its number. */
class Counts {
  private readonly segments: number;
  private readonly counts: Int32Array; // [things, segments]

  constructor(things: number, segments: number) {
    this.segments = segments;
    this.counts = new Int32Array(things * segments);
  }

  add(number: number, segment: number): void {
    this.counts[number * this.segments + segment]!++;
  }

  /** What `segment`, of `size` users, has more than all users, by share * log(share / share of all). */
  telling(
    { segment, size, of }: { readonly segment: number; readonly size: number; readonly of: number },
    nameOf: (number: number) => string,
  ): Telling[] {
    const { counts, segments } = this;
    const found: (Telling & { readonly weight: number })[] = [];
    for (let number = 0; number * segments < counts.length; number++) {
      const count = counts[number * segments + segment]!;
      const share = count / Math.max(1, size);
      if (count < LEAST_USERS || share < LEAST_SHARE) continue;
      const shareOfAll = this.total(number) / of;
      if (share > shareOfAll) found.push({ number, share, shareOfAll, weight: share * Math.log(share / shareOfAll) });
    }
    found.sort((a, b) => b.weight - a.weight || (nameOf(a.number) < nameOf(b.number) ? -1 : 1));
    return found.slice(0, SHOWN).map(({ number, share, shareOfAll }) => ({ number, share, shareOfAll }));
  }

  private total(number: number): number {
    let sum = 0;
    for (let at = number * this.segments; at < (number + 1) * this.segments; at++) sum += this.counts[at]!;
    return sum;
  }
}
