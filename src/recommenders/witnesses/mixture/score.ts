// Scores as sums of weighed terms, over the catalogue or among candidates.
import type { TermName, Witness, WitnessQuestion } from "../witness.ts";
import { addTerm, type ItemTraits, lengthKind, type QuestionTraits, type Weights } from "./weights.ts";

/** Scores of questions and the terms that they are sums of: by term, in the weights' order, then by question. */
export interface Summed {
  readonly scores: readonly Float32Array[];
  readonly terms: readonly (readonly Float32Array[])[];
}

export function traitsOf({ history }: WitnessQuestion, candidates: number): QuestionTraits {
  return { length: lengthKind(history.length), candidates };
}

/** What terms are summed for; `witnesses` in the order of the weights' terms. */
export interface Summing {
  readonly witnesses: readonly Witness[];
  readonly weights: Weights;
  readonly items: ItemTraits;
}

/** `traits` by question; over all items, or among `among[i]`. */
export async function sumScores(
  { witnesses, weights, items }: Summing,
  questions: readonly WitnessQuestion[],
  traits: readonly QuestionTraits[],
  among?: readonly Int32Array[],
): Promise<Float32Array[]> {
  const scores = questions.map((_, i) => new Float32Array(among === undefined ? items.count.length : among[i]!.length));
  for (const witness of witnesses) {
    const term = termOf(weights, witness.name);
    const said = await witness.testify(questions, among);
    said.forEach((values, i) => {
      addTerm(scores[i]!, values, weights, term, traits[i]!, items, among?.[i]);
    });
  }
  return scores;
}

/** The same with its terms, for the few items that are shown. */
export async function sumTerms(
  { witnesses, weights, items }: Summing,
  questions: readonly WitnessQuestion[],
  traits: readonly QuestionTraits[],
  among: readonly Int32Array[],
): Promise<Summed> {
  const sizes = among.map(({ length }) => length);
  const scores = sizes.map((size) => new Float32Array(size));
  const terms: Float32Array[][] = [];
  for (const witness of witnesses) {
    const term = termOf(weights, witness.name);
    const said = await witness.testify(questions, among);
    const worth = said.map((values, i) => {
      const out = new Float32Array(values.length);
      addTerm(out, values, weights, term, traits[i]!, items, among[i]!);
      return out;
    });
    worth.forEach((values, i) => {
      const total = scores[i]!;
      for (let v = 0; v < total.length; v++) total[v]! += values[v]!;
    });
    terms.push(worth);
  }
  return { scores, terms };
}

function termOf({ terms }: Weights, name: TermName): number {
  const at = terms.indexOf(name);
  if (at < 0) throw new Error(`internal: no weights for witness ${name}`);
  return at;
}
