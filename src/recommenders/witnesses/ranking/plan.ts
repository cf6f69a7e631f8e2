// How far each witness counts in one kind of answer, put so that items are gone through as seldom as can be: what is
// the same for every question of a kind stands ready as one row.
import type { RowWeight } from "../../../engine/index.ts";
import { commonWeight, type ItemTraits, PART, PARTS, type QuestionTraits, type Weights } from "../mixture/weights.ts";
import type { FewVoice, Voice } from "../voice.ts";
import type { Witness, WitnessQuestion } from "../witness.ts";

/** A witness's place in the weights. */
export interface Placed<V extends Voice> {
  readonly voice: V;
  readonly term: number;
}

export class Plan {
  readonly products: readonly Placed<Extract<Voice, { kind: "products" }>>[];
  readonly nearest: Placed<Extract<Voice, { kind: "nearest" }>> | undefined;
  readonly few: readonly Placed<FewVoice>[];
  private readonly fixed: readonly Placed<Extract<Voice, { kind: "fixed" }>>[];
  private readonly weights: Weights;
  private readonly items: ItemTraits;
  private readonly bases = new Map<string, Float32Array>();

  constructor(witnesses: readonly Witness[], weights: Weights, items: ItemTraits) {
    const placed = witnesses.map(({ voice, name }) => ({ voice, term: weights.terms.indexOf(name) }));
    const of = <K extends Voice["kind"]>(kind: K) =>
      placed.filter(({ voice }) => voice.kind === kind) as unknown as Placed<Extract<Voice, { kind: K }>>[];
    this.products = of("products");
    this.nearest = of("nearest")[0];
    this.few = of("few");
    this.fixed = of("fixed");
    this.weights = weights;
    this.items = items;
  }

  /** What a term's values count for each item after such a question. */
  weight(term: number, traits: QuestionTraits): RowWeight {
    const { values, scales } = this.weights;
    const scale = scales[term]!;
    return {
      common: commonWeight(this.weights, term, traits) / scale,
      byFirst: values[term * PARTS + PART.count]! / scale,
      bySecond: values[term * PARTS + PART.cold]! / scale,
    };
  }

  /** What all questions of a kind hear alike, weighed; catalogue questions have no candidates' traits. [nItems] */
  base(question: WitnessQuestion, traits: QuestionTraits): Float32Array {
    const based = this.few.filter(({ voice }) => voice.base !== undefined && voice.hasBase(question));
    const key = [traits.length, ...based.map(({ term }) => term)].join(" ");
    const known = this.bases.get(key);
    if (known !== undefined) return known;
    const { count, cold } = this.items;
    const out = new Float32Array(count.length);
    for (const { values, term } of [
      ...this.fixed.map(({ voice, term }) => ({ values: voice.values, term })),
      ...based.map(({ voice, term }) => ({ values: voice.base!, term })),
    ]) {
      const { common, byFirst, bySecond } = this.weight(term, traits);
      for (let i = 0; i < out.length; i++) out[i]! += (common + byFirst * count[i]! + bySecond * cold[i]!) * values[i]!;
    }
    this.bases.set(key, out);
    return out;
  }
}
