// ISRF's two contrastive losses, which let individual and group interests refine each other (eq. 8 and 9). They read
// whole words and fed interests alone, never what the backbone makes of them.
import { mul, stopGradient, sum, type Tensor, type Trace } from "../../../engine/index.ts";
import { CONTRASTS } from "../../../interests/contrastive.ts";
import { namesByGraph } from "../options/options.ts";
import type { BatchShape, NetworkShape } from "../shapes.ts";
import { exampleInputs, positionInputs } from "./inputs.ts";
import { meansOverIndividual, type WholeWords } from "./whole-words.ts";

/** Eq. 8 in direct and explanation batches, eq. 9 in sequential ones; undefined when its weight is zero. */
export function alignmentLoss(t: Trace, shape: NetworkShape, b: BatchShape, words: WholeWords): Tensor | undefined {
  const { lambdaDirect, lambdaSequential, temperature, lossForm } = shape.options;
  const { users } = t.inputs(exampleInputs(b));
  const { individual, group } = words.fed;
  const contrast = CONTRASTS[lossForm];
  if (namesByGraph(b.task)) {
    if (lambdaDirect === 0) return undefined;
    const [anchors, keys] = distilled(shape, group!, individual!);
    return contrast(anchors, keys, users, temperature);
  }
  if (b.task === "extra" || lambdaSequential === 0) return undefined;
  return contrast(group!, historyWord(t, shape, b, words), users, temperature);
}

/** Both sides of eq. 8, the teacher's without its gradient. */
function distilled({ options }: NetworkShape, group: Tensor, individual: Tensor): readonly [Tensor, Tensor] {
  if (options.distillTeacher === "h") return [stopGradient(group), individual];
  const e = stopGradient(individual);
  // A contrast asks from the teacher's side; soft targets read h_u along rows, whoever teaches, as the authors' code.
  return options.lossForm === "soft-target" ? [group, e] : [e, group];
}

/** e_u of eq. 9. */
function historyWord(t: Trace, shape: NetworkShape, b: BatchShape, { items, placed, fed }: WholeWords): Tensor {
  // Padding up to the batch's longest prompt carries omega_0 and counts, as in the authors' code.
  if (shape.options.alignWith === "words") return sum(mul(placed, t.inputs(positionInputs(b)).positionShares), [1]);
  if (meansOverIndividual(shape, b)) return fed.history!;
  // `itemShares` is 1/n at items and 0 at padding.
  return sum(mul(items!, t.inputs(exampleInputs(b)).itemShares), [1]);
}
