import type { Random } from "../../base/random.ts";
import type { Product, ShopTopic } from "./shop-catalogue.ts";

/** People alike: they share two visible tastes, and a third one that few of their histories show. */
export interface ShopGroup {
  /** Such as "trail runners and new parents". */
  readonly name: string;
  /** The visible tastes, as topic positions of different departments. */
  readonly signature: readonly [number, number];
  /** The topic of the group taste, of a third department. */
  readonly hidden: number;
  /** The few products of `hidden` that this group buys, as catalogue positions. */
  readonly favourites: readonly number[];
}

const MIN_FAVOURITES = 4;
const FAVOURITE_SHARE = 0.4;

/**
 * Plant `count` groups. Signature topics form a ring (group g likes g and g+1), so that each is shared by two groups
 * and only the combination of tastes tells which group somebody belongs to.
 */
export function makeGroups(
  topics: readonly ShopTopic[],
  products: readonly Product[],
  count: number,
  random: Random,
): ShopGroup[] {
  const order = random.shuffle(Array.from(topics, (_, t) => t));
  const signatures = ringAcrossDepartments(order, topics, count);
  const unused = order.filter((topic) => !signatures.includes(topic));
  return signatures.map((first, g) => {
    const second = signatures[(g + 1) % count]!;
    const busy = new Set([first, second].map((topic) => topics[topic]!.department));
    const at = Math.max(
      0,
      unused.findIndex((topic) => !busy.has(topics[topic]!.department)),
    );
    const hidden = unused.splice(at, 1)[0]!;
    const ofHidden = products.flatMap((product, position) => (product.topic === hidden ? [position] : []));
    const size = Math.min(ofHidden.length, Math.max(MIN_FAVOURITES, Math.round(ofHidden.length * FAVOURITE_SHARE)));
    return {
      name: `${topics[first]!.people} and ${topics[second]!.people}`,
      signature: [first, second],
      hidden,
      favourites: random.shuffle(ofHidden).slice(0, size),
    };
  });
}

/** `count` topics of `order` such that neighbours on the ring, as far as possible, are of different departments. */
function ringAcrossDepartments(order: readonly number[], topics: readonly ShopTopic[], count: number): number[] {
  const left = [...order];
  const ring: number[] = [];
  while (ring.length < count) {
    const near = [ring.at(-1), ring.length === count - 1 ? ring[0] : undefined].filter((topic) => topic !== undefined);
    const at = left.findIndex((topic) => near.every((n) => topics[n]!.department !== topics[topic]!.department));
    ring.push(left.splice(Math.max(0, at), 1)[0]!);
  }
  return ring;
}
