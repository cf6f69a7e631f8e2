// Accounts that are left out by name, and histories that are cut short: before any other filter, so that one tester or
// reseller who has everything does not decide about everybody's questions.
import { didYouMean, UsageError } from "../base/errors.ts";
import type { RawShop } from "./raw-shop.ts";

export interface HistoryLimits {
  /** External ids of users to leave out. */
  readonly dropUser?: readonly string[] | undefined;
  /** Keep so many of each user's interactions, the latest. */
  readonly maxHistory?: number | undefined;
}

/** @throws UsageError for a user whom the shop does not have. */
export function limitHistories(shop: RawShop, { dropUser = [], maxHistory }: HistoryLimits): RawShop {
  const dropped = new Set(dropUser);
  const [absent] = absentOf(dropped, shop.users);
  if (absent !== undefined) {
    throw new UsageError(`--drop-user ${absent}: the data have no such user.${didYouMean(absent, shop.users)}`);
  }
  const longest = shop.sequences.reduce((most, { length }) => Math.max(most, length), 0);
  if (dropped.size === 0 && (maxHistory === undefined || longest <= maxHistory)) return shop;
  const ofUsers = <T>(list: readonly T[]): T[] => list.filter((_, user) => !dropped.has(shop.users[user]!));
  const latest = <T extends Int32Array | Float64Array>(lists: readonly T[]): T[] =>
    ofUsers(lists).map((list) => (maxHistory === undefined ? list : (list.slice(-maxHistory) as T)));
  return {
    ...shop,
    users: ofUsers(shop.users),
    sequences: latest(shop.sequences),
    timestamps: shop.timestamps && latest(shop.timestamps),
    ratings: shop.ratings && latest(shop.ratings),
    negatives: shop.negatives && ofUsers(shop.negatives),
    userAttributes: shop.userAttributes && ofUsers(shop.userAttributes),
  };
}

/** Those of `ids` that are not among `users`, in their order, by one walk: both may be long. */
function absentOf(ids: ReadonlySet<string>, users: readonly string[]): Set<string> {
  const absent = new Set(ids);
  for (const user of users) {
    if (absent.size === 0) break;
    absent.delete(user);
  }
  return absent;
}
