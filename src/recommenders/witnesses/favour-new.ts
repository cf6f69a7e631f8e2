// New items put forward by as much as the caller says. Weights are learned from what people took, nearly all of it
// known items: where a shop wants its new ones seen, that is its own wish, and stands in the sum under its own name.
import { UsageError } from "../../base/errors.ts";
import type { EvidenceModel } from "./evidence-model.ts";
import type { TaskWeights } from "./learn.ts";
import { PART, PARTS, type Weights } from "./mixture/weights.ts";
import { testifyBy } from "./testify.ts";
import type { FixedVoice } from "./voice.ts";
import { FAVOUR_NEW, type Witness } from "./witness.ts";

/**
 * The model with `lift` added to the score of each item that training never saw: scores being logarithms of odds, 1 is
 * 2.7 times the odds. @throws UsageError where no term tells one new item from another.
 */
export function favouringNew(model: EvidenceModel, lift: number): EvidenceModel {
  if (!model.witnesses.some(({ knowsNewItems }) => knowsNewItems)) {
    throw new UsageError(
      `${model.name} knows nothing of items that training never saw: put forward, they would stand in no order. Leave --favour-new out.`,
    );
  }
  const voice: FixedVoice = { kind: "fixed", values: Float32Array.from(model.items.cold) };
  const favour: Witness = {
    name: FAVOUR_NEW,
    describes: "what was asked to be added to items that training never saw",
    isSilentAtZero: true,
    voice,
    testify: testifyBy(voice),
  };
  const place = model.witnesses.length;
  const favoured = ({ first, final }: TaskWeights): TaskWeights => ({
    first: withTerm(first, place, lift),
    final: final && withTerm(final, place, lift),
  });
  const { sequential, direct } = model.weights;
  return {
    ...model,
    name: `${model.name} favouring new items by ${lift}`,
    witnesses: [...model.witnesses, favour],
    weights: { sequential: favoured(sequential), direct: favoured(direct) },
  };
}

/** The generator, where it has a weight, stays last. */
function withTerm({ terms, scales, values }: Weights, place: number, lift: number): Weights {
  const own = new Float64Array(PARTS);
  own[PART.common] = lift;
  return {
    terms: terms.toSpliced(place, 0, FAVOUR_NEW),
    scales: scales.toSpliced(place, 0, 1),
    values: Float64Array.from([...values.subarray(0, place * PARTS), ...own, ...values.subarray(place * PARTS)]),
  };
}
