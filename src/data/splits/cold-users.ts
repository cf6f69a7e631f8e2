// Users who are out of training altogether, and known at test by their list of items alone.
import { Random } from "../../base/random.ts";
import type { RawShop } from "../raw-shop.ts";
import { firstPlaces, type PlannedQuestion, reducedShop, type SplitPlan, shareOf } from "./split-plan.ts";

/** Everybody else stays as they were. A drawn user is asked for the last item, and in validation for the one before. */
export function coldUsersPlan(shop: RawShop, share: number, seed: number): SplitPlan {
  const { users, sequences } = shop;
  const all = Int32Array.from(users.keys());
  const cold = Random.of(seed, "cold users").shuffle(all.slice()).slice(0, shareOf(users.length, share)).sort();
  const isCold = new Set(cold);
  const kept = [...all.filter((user) => !isCold.has(user))].map((user) => ({
    user,
    places: firstPlaces(sequences[user]!.length),
  }));
  const questions = (["valid", "test"] as const).flatMap((split) =>
    Array.from(cold, (user): PlannedQuestion => {
      const owned = sequences[user]!;
      const place = owned.length - (split === "test" ? 1 : 2);
      const history = owned.subarray(0, place);
      return { split, userId: users[user]!, user: undefined, history, target: owned[place]!, owned };
    }),
  );
  return { shop: reducedShop(shop, kept), questions, unknownItems: 0, leftOutUsers: 0 };
}
