// A planted shop as a training split: large enough that models which learn beat popularity, small enough for a test.
import { Random } from "../../src/base/random.ts";
import type { Item, Split } from "../../src/data/dataset.ts";
import { wholeSequences } from "../../src/data/lists.ts";
import { plantShop } from "../../src/data/shop/synthesise-shop.ts";
import { splitLeaveLastTwo } from "../../src/data/split.ts";

export interface PlantedSplit {
  readonly split: Split;
  readonly items: readonly Item[];
  /** 99 items that a user does not own, or as many as there are. */
  readonly negatives: (user: number) => Int32Array;
}

/** Users and items as in `isrf data synth`, with a fixed seed. */
export function plantedSplit({ users = 300, items = 160 } = {}): PlantedSplit {
  const { shop } = plantShop({ users, items, seed: 7 });
  const split = splitLeaveLastTwo({ ...shop, sequences: wholeSequences(shop.sequences), directory: "planted" });
  const negatives = (user: number): Int32Array => {
    const own = new Set(shop.sequences[user]);
    const others = Int32Array.from({ length: split.nItems }, (_, i) => i).filter((item) => !own.has(item));
    return Random.of(99, user).shuffle(others).slice(0, 99);
  };
  return { split, items: shop.items, negatives };
}
