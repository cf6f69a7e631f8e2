// What an answer from witnesses is made of, and the same with some of them silent.
import { UsageError } from "../../base/errors.ts";
import type { LearnedEvidence } from "../learned-evidence.ts";
import type { KnownVectors, Task } from "../recommender.ts";
import type { GeneratorWitness } from "./generator.ts";
import type { TaskWeights } from "./learn.ts";
import { type CandidatePopularity, type ItemTraits, PARTS, type Weights } from "./mixture/weights.ts";
import type { CatalogueRanking } from "./ranking/catalogue-ranking.ts";
import type { Witness } from "./witness.ts";

export interface EvidenceModel {
  readonly name: string;
  readonly nUsers: number;
  /** All but the generator, in the order of the weights' terms. */
  readonly witnesses: readonly Witness[];
  /** Answers out of the catalogue, of these witnesses and of parts of them. */
  readonly catalogue: CatalogueRanking;
  readonly generator: GeneratorWitness | undefined;
  readonly items: ItemTraits;
  /** Training interactions by item. */
  readonly counts: Int32Array;
  readonly popularity: CandidatePopularity;
  readonly weights: Readonly<Record<Task, TaskWeights>>;
  readonly learned: LearnedEvidence;
  readonly vectors?: KnownVectors | undefined;
  /** How many similar users the group witness reads. */
  readonly neighbours: number;
}

/** Names of those who speak, in their order. */
export function termsIn({ witnesses, generator }: EvidenceModel): string[] {
  return [...witnesses, generator].flatMap((one) => (one === undefined ? [] : [one.name]));
}

function unheard({ generator, learned }: EvidenceModel): readonly string[] {
  return generator === undefined && learned.generator !== undefined ? ["generator"] : [];
}

/**
 * The model with `silent` left out, the other weights as they are; without the generator, the weights that were learned
 * without it. One that was asked in training and is not heard is silent already.
 * @throws UsageError for an unknown name, and where nobody is left.
 */
export function withoutTerms(model: EvidenceModel, silent: readonly string[]): EvidenceModel {
  const names = [...termsIn(model), ...unheard(model)];
  const unknown = silent.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`${model.name} has no evidence called ${unknown}, expected some of ${names.join(", ")}.`);
  }
  const witnesses = model.witnesses.filter(({ name }) => !silent.includes(name));
  if (witnesses.length === 0) {
    throw new UsageError(
      `Without ${silent.join(", ")} nothing is left to answer by: keep one term beside the generator.`,
    );
  }
  const generator = silent.includes("generator") ? undefined : model.generator;
  const left = ({ first, final }: TaskWeights): TaskWeights => ({
    first: kept(first, silent),
    final: generator === undefined || final === undefined ? undefined : kept(final, silent),
  });
  return {
    ...model,
    name: `${model.name} without ${names.filter((name) => silent.includes(name)).join(", ")}`,
    witnesses,
    generator,
    weights: { sequential: left(model.weights.sequential), direct: left(model.weights.direct) },
  };
}

/** Weights without those of `silent`. */
export function kept({ terms, scales, values }: Weights, silent: readonly string[]): Weights {
  const places = [...terms.keys()].filter((term) => !silent.includes(terms[term]!));
  return {
    terms: places.map((term) => terms[term]!),
    scales: places.map((term) => scales[term]!),
    values: Float64Array.from(places.flatMap((term) => [...values.subarray(term * PARTS, (term + 1) * PARTS)])),
  };
}
