// The one item of the history's end whose text is most similar: where the whole history says little of an item, one of
// its items may say much. It is what speaks for items that few or none took.
import { dot, type Matrix, row } from "../../base/matrix.ts";
import type { CompileOptions } from "../../engine/index.ts";
import type { Behind } from "../recommender.ts";
import { ItemProducts } from "./products.ts";
import { testifyBy } from "./testify.ts";
import type { NearestVoice } from "./voice.ts";
import type { Witness } from "./witness.ts";

/** Items of the history that are looked at, and what the cosine of an older one counts beside the next. */
export const NEWEST = 5;
export const DECAY = 0.85;

/** Newest first. */
const newestOf = (history: Int32Array): Int32Array => history.slice(-NEWEST).reverse();

/** `texts`: unit rows [nItems, d]. It holds native memory: it must be disposed of. */
export function nearestTextWitness(texts: Matrix, compile: CompileOptions): Witness {
  const products = new ItemProducts(texts, compile);
  const voice: NearestVoice = {
    kind: "nearest",
    products,
    near: newestOf,
    most: NEWEST,
    factors: Array.from({ length: NEWEST }, (_, age) => DECAY ** age),
  };
  return {
    name: "nearest",
    describes: "cosine of the item's text with the most similar of the last five, older ones counting less",
    knowsNewItems: true,
    voice,
    testify: testifyBy(voice),
    behind({ history }, item) {
      const text = row(texts, item);
      const found = Array.from(newestOf(history), (index, age): Behind => {
        return { kind: "item", index, strength: DECAY ** age * dot(row(texts, index), text) };
      });
      return found.filter(({ strength }) => strength > 0).sort((a, b) => b.strength - a.strength);
    },
    dispose: () => products.dispose(),
  };
}
