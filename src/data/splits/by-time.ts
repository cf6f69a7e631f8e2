// One moment for all: training sees what happened before it, and everybody is asked for what they got first from then
// on. People with fewer than two items before it (one to train on, one to validate by) are in no training; where one
// item is known of them, even one from after the moment, they are asked as new users.
import type { RawShop } from "../raw-shop.ts";
import { firstPlaces, type KeptUser, type PlannedQuestion, reducedShop, type SplitPlan } from "./split-plan.ts";

/** @param shop With times. @param from Seconds since 1970. */
export function timePlan(shop: RawShop, from: number): SplitPlan {
  const { users, sequences, items } = shop;
  const before = shop.timestamps!.map((times) => {
    const end = times.findIndex((time) => time >= from);
    return end < 0 ? times.length : end;
  });
  const kept = before.flatMap((end, user): KeptUser[] => (end < 2 ? [] : [{ user, places: firstPlaces(end) }]));
  const placeOf = new Map(kept.map(({ user }, place) => [user, place]));
  const question = (split: PlannedQuestion["split"], user: number, at: number): PlannedQuestion => {
    const owned = sequences[user]!;
    const history = owned.subarray(0, at);
    return { split, userId: users[user]!, user: placeOf.get(user), history, target: owned[at]!, owned };
  };
  const known = kept.map(({ user }) => question("valid", user, before[user]! - 1));
  const asked = before.flatMap((end, user) => {
    // Of somebody who comes after the moment nothing is known before the second item.
    const at = Math.max(1, end);
    return at < sequences[user]!.length ? [question("test", user, at)] : [];
  });
  const isKnownItem = new Uint8Array(items.length);
  before.forEach((end, user) => {
    for (const item of sequences[user]!.subarray(0, end)) isKnownItem[item] = 1;
  });
  const askedNew = asked.filter(({ user }) => user === undefined).length;
  return {
    shop: reducedShop(shop, kept),
    questions: [...known, ...asked],
    unknownItems: isKnownItem.reduce((count, isKnown) => count + 1 - isKnown, 0),
    leftOutUsers: users.length - kept.length - askedNew,
  };
}
