// Softmax over a sample of the items: a batch's own targets and uniform items. Items come to be in the sample unequally
// often, and every logit, the target's own too, is less by the logarithm of the expected number: else popular items,
// targets again and again, are pushed down too often (Yi et al., "Sampling-Bias-Corrected Neural Modeling for Large
// Corpus Item Recommendations", RecSys 2019). An approximation of the full softmax, best where items are many beside
// the sample. Letters: B batch, n uniform items, d width.
import type { Random } from "../../../base/random.ts";
import {
  add,
  cast,
  concat,
  crossEntropy,
  equal,
  type FeedsOf,
  floats,
  gather,
  HIDDEN,
  integers,
  matmul,
  mean,
  mul,
  reshape,
  sum,
  type Tensor,
  type Trace,
  transpose,
} from "../../../engine/index.ts";

/** Targets and uniform items, and how much the logits of targets and of all are less. */
const sampleInputs = (batch: number, uniform: number) => ({
  targetItems: integers(batch),
  uniformItems: integers(uniform),
  targetCorrection: floats(batch, 1),
  otherCorrection: floats(1, batch + uniform),
});

/**
 * Mean cross entropy of each target [B] against the others [B + n], copies of it left out. `query` [B, d], `items`
 * [nItems, d].
 */
export function sampledLoss(t: Trace, query: Tensor, items: Tensor, uniform: number): Tensor {
  const batch = query.shape[0]!;
  const {
    targetItems: targets,
    uniformItems,
    targetCorrection,
    otherCorrection,
  } = t.inputs(sampleInputs(batch, uniform));
  const others = concat([targets, uniformItems], 0);
  const own = sum(mul(query, gather(items, targets)), [1], true);
  const isOwn = equal(reshape(others, [1, batch + uniform]), reshape(targets, [batch, 1]));
  const theirs = add(matmul(query, transpose(gather(items, others))), mul(cast(isOwn, "float32"), HIDDEN));
  const logits = [add(own, targetCorrection), add(theirs, otherCorrection)];
  return mean(crossEntropy(concat(logits, 1), t.fill(0, [batch], "int32")));
}

/** Draws the uniform items of a batch and says how much each logit is less. */
export class ItemSampler {
  readonly #corrections: Float32Array;
  readonly #uniform: number;

  /** `counts`: how often each item is a target. */
  constructor(counts: Float64Array, batch: number, uniform: number) {
    const total = counts.reduce((sum, count) => sum + count, 0);
    this.#uniform = uniform;
    this.#corrections = Float32Array.from(
      counts,
      (count) => -Math.log((batch * count) / total + uniform / counts.length),
    );
  }

  feeds(targetItems: Int32Array, random: Random): FeedsOf<ReturnType<typeof sampleInputs>> {
    const corrections = this.#corrections;
    const uniformItems = Int32Array.from({ length: this.#uniform }, () => random.below(corrections.length));
    const targetCorrection = Float32Array.from(targetItems, (item) => corrections[item]!);
    const otherCorrection = new Float32Array(targetItems.length + uniformItems.length);
    otherCorrection.set(targetCorrection);
    otherCorrection.set(
      Float32Array.from(uniformItems, (item) => corrections[item]!),
      targetItems.length,
    );
    return { targetItems, uniformItems, targetCorrection, otherCorrection };
  }
}
