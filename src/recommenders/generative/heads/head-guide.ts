import { HIDDEN } from "../../../engine/index.ts";
// What a head says of items, brought into generation. Its softmax over the items that may be answered is a distribution
// over token sequences too (`PrefixTree.logShares`): beam search adds its log-probabilities of tokens to the decoder's,
// so that a beam lives for what both say of the items below it, and an item's score is log p_decoder(item) +
// `headWeight` log p_head(item).

/**
 * Log-probabilities [nItems] of the items that a question may be answered with, -1e9 for others. `logits` are of all
 * items, or of the prompt's `candidates` in their order. `among`: no others may be answered.
 */
export function headLogProbabilities(
  logits: Float32Array,
  nItems: number,
  candidates: Int32Array | undefined,
  excluded: ArrayLike<number>,
  among?: Int32Array,
): Float32Array {
  const found = new Float32Array(nItems).fill(HIDDEN);
  if (candidates !== undefined) for (const [slot, item] of candidates.entries()) found[item] = logits[slot]!;
  else if (among !== undefined) for (const item of among) found[item] = logits[item]!;
  else found.set(logits.subarray(0, nItems));
  for (const item of Array.from(excluded)) found[item] = HIDDEN;
  const total = logSumExp(found);
  for (let item = 0; item < nItems; item++) if (found[item] !== HIDDEN) found[item]! -= total;
  return found;
}

function logSumExp(values: Float32Array): number {
  const most = values.reduce((a, b) => Math.max(a, b), HIDDEN);
  let sum = 0;
  for (const x of values) if (x !== HIDDEN) sum += Math.exp(x - most);
  return most + Math.log(sum);
}
