// Items that training never saw. They are drawn uniformly over all items that anybody has, so that they are as rare and
// as popular as the catalogue is; who is asked follows from that: users whose held-out item is one of them.
import { Random } from "../../base/random.ts";
import type { RawShop } from "../raw-shop.ts";
import { type KeptUser, type PlannedQuestion, reducedShop, type SplitPlan, shareOf } from "./split-plan.ts";

/**
 * Cold items leave every training prefix; as held-out items they stay. A user whose prefix held nothing else leaves.
 */
export function coldItemsPlan(shop: RawShop, share: number, seed: number): SplitPlan {
  const coldItems = drawItems(shop, share, seed);
  const isCold = new Set(coldItems);
  const kept = shop.sequences.flatMap((sequence, user): KeptUser[] => {
    const end = sequence.length - 2;
    const places = Int32Array.from(sequence.keys()).filter((place) => place >= end || !isCold.has(sequence[place]!));
    return places.length < 3 ? [] : [{ user, places }];
  });
  const reduced = reducedShop(shop, kept);
  return {
    shop: reduced,
    questions: questionsOf(reduced, isCold),
    coldItems,
    unknownItems: coldItems.length,
    leftOutUsers: shop.users.length - kept.length,
  };
}

function drawItems({ sequences, items }: RawShop, share: number, seed: number): Int32Array {
  const isHad = new Uint8Array(items.length);
  for (const sequence of sequences) for (const item of sequence) isHad[item] = 1;
  const had = Int32Array.from(items.keys()).filter((item) => isHad[item] === 1);
  return Random.of(seed, "cold items").shuffle(had).slice(0, shareOf(had.length, share)).sort();
}

function questionsOf({ users, sequences, owned }: RawShop, isCold: ReadonlySet<number>): PlannedQuestion[] {
  return (["valid", "test"] as const).flatMap((split) =>
    sequences.flatMap((sequence, user): PlannedQuestion[] => {
      const place = sequence.length - (split === "test" ? 1 : 2);
      const target = sequence[place]!;
      if (!isCold.has(target)) return [];
      return [
        { split, userId: users[user]!, user, history: sequence.subarray(0, place), target, owned: owned![user]! },
      ];
    }),
  );
}
