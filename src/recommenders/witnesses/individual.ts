// The individual explicit interest: e~_u . e~_v of the user-item graph (eq. 3 to 5). A user without a row is the mean
// of what the history's items are, stretched to the size that users' own rows have.
import { dot, type Matrix, row } from "../../base/matrix.ts";
import type { TrainingLists } from "../../data/index.ts";
import type { CompileOptions } from "../../engine/index.ts";
import type { Behind } from "../recommender.ts";
import { ItemProducts } from "./products.ts";
import { testifyBy } from "./testify.ts";
import type { ProductsVoice } from "./voice.ts";
import type { Witness, WitnessQuestion } from "./witness.ts";

export interface IndividualParts {
  readonly users: Matrix; // [nUsers, d]
  readonly items: Matrix; // [nItems, d]
  /** Length of users' rows over that of the mean of their items. */
  readonly stretch: number;
  /** Whether items that training never saw have rows by their texts. */
  readonly knowsNewItems: boolean;
}

/** How much longer users' rows are than the mean of their items' rows, over the users of `prefixes`. */
export function stretchOf(users: Matrix, items: Matrix, prefixes: TrainingLists): number {
  let [own, mean] = [0, 0];
  prefixes.forEach((prefix, user) => {
    if (prefix.length === 0) return;
    own += lengthOf(row(users, user));
    mean += lengthOf(meanRow(items, prefix));
  });
  return mean === 0 ? 1 : own / mean;
}

/** It holds native memory: it must be disposed of. */
export function individualWitness(
  { users, items, stretch, knowsNewItems }: IndividualParts,
  compile: CompileOptions,
): Witness {
  const products = new ItemProducts(items, compile);
  const queryOf = ({ userIndex, history }: WitnessQuestion): Float32Array =>
    userIndex === undefined ? meanRow(items, history).map((value) => value * stretch) : row(users, userIndex);
  const voice: ProductsVoice = { kind: "products", products, queries: (questions) => questions.map(queryOf) };
  return {
    name: "individual",
    describes: "product of the user's and the item's interests on the graph of who took what",
    knowsNewItems,
    voice,
    testify: testifyBy(voice),
    behind({ history }, item) {
      const own = row(items, item);
      const found = Array.from(
        history,
        (index): Behind => ({ kind: "item", index, strength: dot(row(items, index), own) }),
      );
      return found.filter(({ strength }) => strength > 0).sort((a, b) => b.strength - a.strength);
    },
    dispose: () => products.dispose(),
  };
}

function meanRow(items: Matrix, history: Int32Array): Float32Array {
  const mean = new Float32Array(items.columns);
  for (const item of history) {
    const own = row(items, item);
    for (let c = 0; c < mean.length; c++) mean[c]! += own[c]! / history.length;
  }
  return mean;
}

const lengthOf = (vector: Float32Array): number => Math.sqrt(dot(vector, vector));
