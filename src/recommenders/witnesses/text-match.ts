// What the history's texts say of an item's text: the cosine of both through a learned map (`text-map.ts`). Nothing of
// it is known by item, so that an item nobody took yet is judged as any other.
import { dot, type Matrix, normaliseRows, row } from "../../base/matrix.ts";
import type { CompileOptions } from "../../engine/index.ts";
import type { Behind } from "../recommender.ts";
import { MappedProfiles } from "./mapped-profiles.ts";
import { ItemProducts } from "./products.ts";
import { testifyBy } from "./testify.ts";
import { mapped, type TextMap } from "./text-map.ts";
import type { ProductsVoice } from "./voice.ts";
import type { Witness } from "./witness.ts";

/** `texts`: unit rows [nItems, d]. It holds native memory: it must be disposed of. */
export function textWitness(texts: Matrix, map: TextMap, compile: CompileOptions): Witness {
  const products = new ItemProducts(texts, compile);
  const profiles = new MappedProfiles(texts, map, compile);
  const voice: ProductsVoice = {
    kind: "products",
    products,
    queries: (questions) => profiles.of(questions.map(({ history }) => history)),
  };
  return {
    name: "text",
    describes: "cosine of the item's text with those of the history, through a learned map",
    knowsNewItems: true,
    voice,
    testify: testifyBy(voice),
    behind({ history }, item) {
      const text = row(texts, item);
      const found = Array.from(history, (index): Behind => {
        return { kind: "item", index, strength: dot(mapped(row(texts, index), map), text) };
      });
      return found.filter(({ strength }) => strength > 0).sort((a, b) => b.strength - a.strength);
    },
    async dispose() {
      await Promise.all([products.dispose(), profiles.dispose()]);
    },
  };
}

/** Text vectors [n, d] as the witness reads them: rows of unit length. */
export const unitTexts = (embeddings: Matrix): Matrix => normaliseRows(embeddings);
