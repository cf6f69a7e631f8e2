// What people of the synthetic shop buy, and when: chains within their own tastes, and late in some histories the
// taste of their group.
import type { Random } from "../../base/random.ts";
import type { Product } from "./shop-catalogue.ts";
import type { ShopGroup } from "./shop-groups.ts";

export interface HistoryOptions {
  /** Share of people whose training history shows the group taste. Default 0.4. */
  readonly shownShare: number;
  /** Share of people whose group taste appears in held-out positions only. Default 0.4. */
  readonly latentShare: number;
  /** Probability that a purchase is the planted follower of the one before. Default 0.5. */
  readonly chainProbability: number;
}

/** Whether a person's training history shows the group taste, hides it (held-out only), or there is none. */
export type GroupTasteRole = "shown" | "latent" | "plain";

export interface Shopper {
  readonly userId: string;
  /** Position in the list of groups. */
  readonly group: number;
  /** Topic positions of the individual tastes, visible in the history. */
  readonly tastes: readonly number[];
  readonly role: GroupTasteRole;
  /** Catalogue positions, oldest first. */
  readonly history: readonly number[];
}

/** Group-taste purchases in the training history of a `shown` person. */
const SHOWN_PURCHASES = 3;
/** Probability that a `shown` person's last purchase is of the group taste too. */
const SHOWN_AGAIN = 0.3;
/** Probability that a `latent` person's second to last purchase is of the group taste, beside the last. */
const LATENT_TWICE = 0.4;
/** Probability of a third taste, outside every group's signature. */
const QUIRK_SHARE = 0.6;
const SWITCH_TASTE = 0.4;
/** Probability that a purchase is a bestseller of the shop, whatever the person's tastes. */
const BESTSELLER_SHARE = 0.12;
/** Bestsellers, as a share of the catalogue: few, so that "what sells best" is worth knowing, as in real shops. */
const BESTSELLERS_OF_CATALOGUE = 0.025;
/** How much more a product of the person's own price tier appeals. */
const TIER_FACTOR = 2;
/** How much more a product that nobody bought yet appeals: keeps small catalogues free of dead stock. */
const UNSOLD_FACTOR = 6;

/** Draws people one after another; remembers what was sold. */
export class Marketplace {
  private readonly sold: Int32Array;
  private readonly byTopic: readonly (readonly number[])[];
  private readonly quirkTopics: readonly number[];
  private readonly bestsellers: readonly number[];
  private readonly products: readonly Product[];
  private readonly groups: readonly ShopGroup[];
  private readonly options: HistoryOptions;
  private readonly random: Random;

  constructor(
    products: readonly Product[],
    groups: readonly ShopGroup[],
    nTopics: number,
    options: HistoryOptions,
    random: Random,
  ) {
    this.products = products;
    this.groups = groups;
    this.options = options;
    this.random = random;
    this.sold = new Int32Array(products.length);
    this.byTopic = Array.from({ length: nTopics }, (_, topic) =>
      products.flatMap((product, position) => (product.topic === topic ? [position] : [])),
    );
    const signatures = new Set(groups.flatMap((group) => group.signature));
    this.quirkTopics = this.byTopic.map((_, topic) => topic).filter((topic) => !signatures.has(topic));
    this.bestsellers = this.chooseBestsellers();
  }

  /** A person of `group`: 8 to 13 purchases, one in eight 5 to 7; no repeats. */
  shopper(userId: string, group: number): Shopper {
    const { random } = this;
    const length = random.uniform() < 0.125 ? 5 + random.below(3) : 8 + random.below(6);
    const role = this.role(length);
    const tastes = this.tastes(group);
    const late = this.groupPurchases(group, role, length);
    const history = this.walk(tastes, length, late);
    for (const position of history) this.sold[position]!++;
    return { userId, group, tastes, role, history };
  }

  private role(length: number): GroupTasteRole {
    const { shownShare, latentShare } = this.options;
    const draw = this.random.uniform();
    if (draw < latentShare) return "latent";
    // A short history has no room to show a third taste beside the own ones.
    return draw < latentShare + shownShare && length >= 8 ? "shown" : "plain";
  }

  /** The group's two signature tastes (one in ten people has one of them only), and for most a quirk of their own. */
  private tastes(group: number): number[] {
    const { random } = this;
    const { signature, hidden } = this.groups[group]!;
    const tastes = random.uniform() < 0.1 ? [random.pick(signature)] : random.shuffle([...signature]);
    const quirks = this.quirkTopics.filter((topic) => topic !== hidden);
    if (quirks.length > 0 && random.uniform() < QUIRK_SHARE) tastes.push(random.pick(quirks));
    return tastes;
  }

  /** History position -> product of the group taste. */
  private groupPurchases(group: number, role: GroupTasteRole, length: number): Map<number, number> {
    const { random } = this;
    const places: number[] = [];
    if (role === "latent") {
      places.push(length - 1);
      if (random.uniform() < LATENT_TWICE) places.push(length - 2);
    } else if (role === "shown") {
      const trainEnd = length - 2;
      const secondHalf = Array.from({ length: Math.ceil(trainEnd / 2) }, (_, k) => trainEnd - 1 - k);
      places.push(...random.shuffle(secondHalf).slice(0, SHOWN_PURCHASES));
      if (random.uniform() < SHOWN_AGAIN) places.push(length - 1);
    }
    const chosen = new Map<number, number>();
    const taken = new Set<number>();
    for (const place of places) {
      const product = this.draw(this.groups[group]!.favourites, taken);
      if (product === undefined) break;
      taken.add(product);
      chosen.set(place, product);
    }
    return chosen;
  }

  private walk(tastes: readonly number[], length: number, late: ReadonlyMap<number, number>): number[] {
    const { random } = this;
    const owned = new Set(late.values());
    const preferredTier = random.below(4);
    const history: number[] = [];
    let taste = tastes[0]!;
    let last: number | undefined;
    for (let k = 0; k < length; k++) {
      const planned = late.get(k) ?? this.bestseller(owned);
      if (planned !== undefined) {
        owned.add(planned);
        history.push(planned);
        continue;
      }
      const follower = last === undefined ? undefined : this.products[last]!.next;
      const follows =
        follower !== undefined && !owned.has(follower) && random.uniform() < this.options.chainProbability;
      if (!follows && random.uniform() < SWITCH_TASTE) taste = random.pick(tastes);
      last = follows ? follower : this.drawFrom(tastes, taste, owned, preferredTier);
      owned.add(last);
      history.push(last);
    }
    return history;
  }

  /** Now and then one that the person does not have yet. */
  private bestseller(owned: ReadonlySet<number>): number | undefined {
    return this.random.uniform() < BESTSELLER_SHARE ? this.draw(this.bestsellers, owned) : undefined;
  }

  /** Products that everybody buys; never a group's hidden favourite, which only its own people buy. */
  private chooseBestsellers(): number[] {
    const favourites = new Set(this.groups.flatMap((group) => group.favourites));
    const open = this.products.map((_, position) => position).filter((position) => !favourites.has(position));
    return this.random.shuffle(open).slice(0, Math.max(3, Math.round(this.products.length * BESTSELLERS_OF_CATALOGUE)));
  }

  /** From the current taste; when it is bought out, from the other tastes, then from anything. */
  private drawFrom(tastes: readonly number[], taste: number, owned: ReadonlySet<number>, tier: number): number {
    for (const topic of [taste, ...tastes]) {
      const product = this.draw(this.byTopic[topic]!, owned, tier);
      if (product !== undefined) return product;
    }
    return this.draw(
      this.products.map((_, position) => position),
      owned,
      tier,
    )!;
  }

  /** One of `choices` that is not in `owned`, by appeal; undefined when none is left. */
  private draw(choices: readonly number[], owned: ReadonlySet<number>, tier?: number): number | undefined {
    const free = choices.filter((position) => !owned.has(position));
    if (free.length === 0) return undefined;
    const weights = free.map((position) => {
      const product = this.products[position]!;
      const tierFactor = product.tier === tier ? TIER_FACTOR : 1;
      return product.appeal * tierFactor * (this.sold[position] === 0 ? UNSOLD_FACTOR : 1);
    });
    let left = this.random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
    for (let k = 0; k < free.length; k++) {
      left -= weights[k]!;
      if (left < 0) return free[k];
    }
    return free.at(-1);
  }
}
