// Embeddings of code tokens that begin as what the tokens stand for (beyond the papers): the sum of an item's tokens is
// then nearly the vector that was coded, and a decoder's logits compare with it, so that alike items are alike before
// the first step.
import type { ItemCodes } from "../../../backbone/item-codes.ts";
import { CODE_SPECIALS } from "../../../backbone/item-codes.ts";
import { type Matrix, matrix, rms, row } from "../../../base/matrix.ts";
import { Random } from "../../../base/random.ts";
import type { Parameters } from "../../../engine/index.ts";
import type { PreparationContext } from "../examples/training-data.ts";

/** Overwrite the rows of item codes in the token table, where options ask for it. Each level has `tokenScale`. */
export function startCodes(
  parameters: Parameters,
  codes: ItemCodes | undefined,
  { options, seed }: Pick<PreparationContext, "options" | "seed">,
): void {
  if (options.codeStart !== "centroids" || codes?.centroids === undefined) return;
  const { width: d, tokenScale } = options;
  const table = parameters.get("shared.weight").front.value;
  let at = CODE_SPECIALS.count * d;
  for (const centroids of projected(codes.centroids, d, Random.of(seed, "code start"))) {
    const factor = tokenScale / (rms(centroids.data) || 1);
    table.set(
      centroids.data.map((value) => value * factor),
      at,
    );
    at += centroids.data.length;
  }
}

/** Vectors of another width than `d` through one random projection, which keeps their angles nearly. */
function projected(levels: readonly Matrix[], d: number, random: Random): readonly Matrix[] {
  const columns = levels[0]!.columns;
  if (columns === d) return levels;
  const projection = matrix(columns, d, random.normals(columns * d, 1 / Math.sqrt(d)));
  return levels.map((level) => product(level, projection));
}

function product(left: Matrix, right: Matrix): Matrix {
  const out = matrix(left.rows, right.columns);
  for (let r = 0; r < left.rows; r++) {
    const to = row(out, r);
    for (const [i, value] of row(left, r).entries()) {
      const from = row(right, i);
      for (let j = 0; j < to.length; j++) to[j]! += value * from[j]!;
    }
  }
  return out;
}
