// ISRF's two contrastive losses, which let individual and group interests refine each other (eq. 8 and 9). They read
// whole words and fed interests alone, never what the backbone makes of them.
import { mean, mul, stopGradient, sum, type Tensor, type Trace } from "../../../engine/index.ts";
import { CONTRASTS } from "../../../interests/contrastive.ts";
import { namesByGraph } from "../options/options.ts";
import type { BatchShape, NetworkShape } from "../shapes.ts";
import { exampleInputs } from "./inputs.ts";
import { meansOverIndividual, type WholeWords } from "./whole-words.ts";

/** Eq. 8 in direct and explanation batches, eq. 9 in sequential ones; undefined when its weight is zero. */
export function alignmentLoss(t: Trace, shape: NetworkShape, b: BatchShape, words: WholeWords): Tensor | undefined {
  const { lambdaDirect, lambdaSequential, distillTeacher, temperature, lossForm } = shape.options;
  const { users } = t.inputs(exampleInputs(b));
  const { individual, group } = words.fed;
  const contrast = CONTRASTS[lossForm];
  if (namesByGraph(b.task)) {
    if (lambdaDirect === 0) return undefined;
    return distillTeacher === "h"
      ? contrast(stopGradient(group!), individual!, users, temperature)
      : contrast(stopGradient(individual!), group!, users, temperature);
  }
  if (b.task === "extra" || lambdaSequential === 0) return undefined;
  return contrast(group!, historyWord(t, shape, b, words), users, temperature);
}

/** e_u of eq. 9. */
function historyWord(t: Trace, shape: NetworkShape, b: BatchShape, { items, placed, fed }: WholeWords): Tensor {
  // Padding carries omega_0 and counts, as in the authors' code.
  if (shape.options.alignWith === "words") return mean(placed, [1]);
  if (meansOverIndividual(shape, b)) return fed.history!;
  // `itemShares` is 1/n at items and 0 at padding.
  return sum(mul(items!, t.inputs(exampleInputs(b)).itemShares), [1]);
}
