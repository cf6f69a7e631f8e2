// The contract of the three ways to split: from a shop to what may train, and what is asked.
import type { SplitName } from "../dataset.ts";
import type { RawShop } from "../raw-shop.ts";

/** Items are positions in the catalogue of the shop, as in its sequences. */
export interface PlannedQuestion {
  readonly split: SplitName;
  readonly userId: string;
  /** Place among `SplitPlan.shop.users`; undefined for somebody who is in no training. */
  readonly user: number | undefined;
  readonly history: Int32Array;
  readonly target: number;
  /** All that the source holds of the user: never a negative. */
  readonly owned: Int32Array;
}

export interface SplitPlan {
  /** What the new dataset holds, the whole catalogue included; its ends are held out as in any dataset. */
  readonly shop: RawShop;
  readonly questions: readonly PlannedQuestion[];
  /** Items of which nothing may train; absent where none were drawn. */
  readonly coldItems?: Int32Array | undefined;
  /** For the manifest: items that nobody had in training's time, or `coldItems`. */
  readonly unknownItems: number;
  readonly leftOutUsers: number;
}

/** Chosen places of one user's sequence. */
export interface KeptUser {
  readonly user: number;
  readonly places: Int32Array;
}

/** The shop of the chosen users and places alone, catalogue whole; `owned` says what else each user has. */
export function reducedShop(shop: RawShop, kept: readonly KeptUser[]): RawShop {
  const beside = (lists: readonly Float64Array[] | undefined) =>
    lists && kept.map(({ user, places }) => Float64Array.from(places, (place) => lists[user]![place]!));
  return {
    users: kept.map(({ user }) => shop.users[user]!),
    items: shop.items,
    sequences: kept.map(({ user, places }) => Int32Array.from(places, (place) => shop.sequences[user]![place]!)),
    timestamps: beside(shop.timestamps),
    ratings: beside(shop.ratings),
    userAttributes: shop.userAttributes && kept.map(({ user }) => shop.userAttributes![user]!),
    owned: kept.map(({ user }) => shop.sequences[user]!),
  };
}

/** Places 0 to `end` - 1. */
export function firstPlaces(end: number): Int32Array {
  return Int32Array.from({ length: end }, (_, place) => place);
}

/** So many of `of` as the share says, at least one. */
export function shareOf(of: number, share: number): number {
  return Math.max(1, Math.round(share * of));
}
