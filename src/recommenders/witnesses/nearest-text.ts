// The one item of the history's end whose text is likest: where the whole history says little of an item, one item of
// it may say much. It is what speaks for items that few or none took.
import { dot, type Matrix, row } from "../../base/matrix.ts";
import type { CompileOptions } from "../../engine/index.ts";
import type { Behind } from "../recommender.ts";
import { ItemProducts } from "./products.ts";
import type { Witness } from "./witness.ts";

/** Items of the history that are looked at, and what the cosine of an older one counts beside the next. */
const NEWEST = 5;
const DECAY = 0.85;

/** `texts`: unit rows [nItems, d]. It holds native memory: it must be disposed of. */
export function nearestTextWitness(texts: Matrix, compile: CompileOptions): Witness {
  const products = new ItemProducts(texts, compile);
  return {
    name: "nearest",
    describes: "cosine of the item's text with the likest of the last five, older ones counting less",
    async testify(questions, among) {
      const asked = questions.flatMap(({ history }, question) =>
        [...history.slice(-NEWEST)].reverse().map((item, age) => ({ question, item, weight: DECAY ** age })),
      );
      const cosines = await products.of(
        asked.map(({ item }) => row(texts, item)),
        among && asked.map(({ question }) => among[question]!),
      );
      const out = questions.map((_, i) => new Float32Array(among === undefined ? texts.rows : among[i]!.length));
      asked.forEach(({ question, weight }, i) => {
        const [best, own] = [out[question]!, cosines[i]!];
        for (let k = 0; k < best.length; k++) best[k] = Math.max(best[k]!, weight * own[k]!);
      });
      return out;
    },
    behind({ history }, item) {
      const text = row(texts, item);
      const found = [...history.slice(-NEWEST)].reverse().map((index, age): Behind => {
        return { kind: "item", index, strength: DECAY ** age * dot(row(texts, index), text) };
      });
      return found.filter(({ strength }) => strength > 0).sort((a, b) => b.strength - a.strength);
    },
    dispose: () => products.dispose(),
  };
}
