// What the history's texts say of an item's text: the cosine of both through a learned map. The map starts at the
// identity and adds a product of low rank, so that what follows a text need not look like it; nothing of it is known
// by item, so that an item nobody took yet is judged as any other.
import { dot, type Matrix, matrix, normaliseRows, row } from "../../base/matrix.ts";
import type { CompileOptions } from "../../engine/index.ts";
import type { Behind } from "../recommender.ts";
import { ItemProducts } from "./products.ts";
import type { Witness } from "./witness.ts";

export interface TextMap {
  /** [d, rank] */
  readonly down: Float32Array;
  /** [rank, d] */
  readonly up: Float32Array;
  readonly rank: number;
}

/** Weight of an item of the history beside the one after it. */
export const TEXT_DECAY = 0.7;

/** The decayed mean of the history's texts, of unit length; zeros where none has a text. */
export function textProfile(texts: Matrix, history: Int32Array): Float32Array {
  const profile = new Float32Array(texts.columns);
  let weight = 1;
  for (let at = history.length - 1; at >= 0; at--, weight *= TEXT_DECAY) {
    const text = row(texts, history[at]!);
    for (let c = 0; c < profile.length; c++) profile[c]! += weight * text[c]!;
  }
  return toUnit(profile);
}

/** x + x down up, of unit length. */
export function mapped(x: Float32Array, { down, up, rank }: TextMap): Float32Array {
  const out = x.slice();
  for (let r = 0; r < rank; r++) {
    let inner = 0;
    for (let c = 0; c < x.length; c++) inner += x[c]! * down[c * rank + r]!;
    for (let c = 0; c < x.length; c++) out[c]! += inner * up[r * x.length + c]!;
  }
  return toUnit(out);
}

function toUnit(x: Float32Array): Float32Array {
  const length = Math.sqrt(dot(x, x));
  return length === 0 ? x : x.map((value) => value / length);
}

/** `texts`: unit rows [nItems, d]. It holds native memory: it must be disposed of. */
export function textWitness(texts: Matrix, map: TextMap, compile: CompileOptions): Witness {
  const products = new ItemProducts(texts, compile);
  const queryOf = (history: Int32Array): Float32Array => mapped(textProfile(texts, history), map);
  return {
    name: "text",
    describes: "cosine of the item's text with those of the history, through a learned map",
    testify: (questions, among) =>
      products.of(
        questions.map(({ history }) => queryOf(history)),
        among,
      ),
    behind({ history }, item) {
      const text = row(texts, item);
      const found = Array.from(history, (index): Behind => {
        return { kind: "item", index, strength: dot(mapped(row(texts, index), map), text) };
      });
      return found.filter(({ strength }) => strength > 0).sort((a, b) => b.strength - a.strength);
    },
    dispose: () => products.dispose(),
  };
}

/** Text vectors [n, d] as the witness reads them: rows of unit length. */
export const unitTexts = (embeddings: Matrix): Matrix => normaliseRows(embeddings);

/** The map that changes nothing. */
export function identityMap(width: number): TextMap {
  return { down: matrix(width, 1).data, up: matrix(1, width).data, rank: 1 };
}
