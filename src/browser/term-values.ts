// What each term says of every item after a history, and what that is worth in the score.
import type { SparseRows } from "../base/matrix.ts";
import { addTerm, type ItemTraits, lengthKind, type Weights } from "../recommenders/witnesses/mixture/weights.ts";
import { type Feed, historyFeeds } from "./history-feeds.ts";
import { neighbourShares, neighbourStrengths } from "./neighbour-shares.ts";
import type { WebSettings } from "./web-files.ts";

/** Runs the exported model: outputs by name. */
export type RunModel = (feeds: Readonly<Record<string, Feed>>) => Promise<ReadonlyMap<string, Float32Array>>;

export interface TermSources {
  readonly settings: WebSettings;
  readonly following: SparseRows | undefined;
  readonly traits: ItemTraits;
  readonly run: RunModel;
}

/** Values of all items [nItems] by term. */
type Said = ReadonlyMap<string, Float32Array>;

export interface Summed {
  readonly scores: Float32Array;
  /** What each term adds, in the order of the settings; undefined for terms that are not heard. */
  readonly adds: readonly (Float32Array | undefined)[];
}

export class TermValues {
  private readonly sources: TermSources;
  private readonly weights: Weights;

  constructor(sources: TermSources) {
    const { terms, scales, values } = sources.settings;
    this.sources = sources;
    this.weights = {
      terms: terms.map(({ name }) => name as Weights["terms"][number]),
      scales,
      values: Float64Array.from(values),
    };
  }

  async of(history: Int32Array, without: ReadonlySet<string>): Promise<Summed> {
    const { traits } = this.sources;
    const said = await this.said(history);
    const scores = new Float32Array(traits.count.length);
    const question = { length: lengthKind(history.length), candidates: 0 };
    const adds = this.weights.terms.map((name, term) => {
      const values = said.get(name);
      if (values === undefined || without.has(name)) return undefined;
      const own = new Float32Array(values.length);
      addTerm(own, values, this.weights, term, question, traits);
      for (let i = 0; i < own.length; i++) scores[i]! += own[i]!;
      return own;
    });
    return { scores, adds };
  }

  /** How much each item of the history speaks for `item`, by term; 0 and below: not at all. */
  async strengths(history: Int32Array, item: number): Promise<ReadonlyMap<string, readonly number[]>> {
    const { settings, following } = this.sources;
    const alone = await this.each(history, (at) => history.slice(at, at + 1));
    const rest = history.length < 2 ? undefined : await this.each(history, (at) => history.filter((_, i) => i !== at));
    const whole = (await this.said(history)).get("sequence")?.[item];
    const found = new Map<string, readonly number[]>();
    if (rest !== undefined && whole !== undefined)
      found.set(
        "sequence",
        rest.map((said) => whole - said.get("sequence")![item]!),
      );
    for (const term of ["individual", "text"])
      if (alone[0]?.has(term))
        found.set(
          term,
          alone.map((said) => said.get(term)![item]!),
        );
    if (alone[0]?.has("nearest")) {
      const { newest, newestDecay } = settings;
      const age = (at: number) => history.length - 1 - at;
      const cosine = (said: Said, at: number) =>
        age(at) < newest ? newestDecay ** age(at) * said.get("nearest")![item]! : 0;
      found.set("nearest", alone.map(cosine));
    }
    if (following !== undefined) found.set("neighbours", neighbourStrengths(following, history, item, settings));
    return found;
  }

  private async each(history: Int32Array, piece: (at: number) => Int32Array): Promise<Said[]> {
    const all: Said[] = [];
    for (let at = 0; at < history.length; at++) all.push(await this.said(piece(at)));
    return all;
  }

  private async said(history: Int32Array): Promise<Said> {
    const { settings, following, traits, run } = this.sources;
    const nItems = traits.count.length;
    const said = new Map<string, Float32Array>([["popularity", traits.count]]);
    for (const [name, values] of await run(historyFeeds(history, nItems, settings)))
      said.set(name, name === "nearest" ? mostSimilar(values, history.length, nItems, settings) : values);
    if (following !== undefined) said.set("neighbours", neighbourShares(following, history, settings));
    return said;
  }
}

/** Of each item the largest of the cosines with the newest items, older ones counting less; 0 at the least. */
function mostSimilar(
  cosines: Float32Array,
  length: number,
  nItems: number,
  { newest, newestDecay }: WebSettings,
): Float32Array {
  const best = new Float32Array(nItems);
  for (let age = 0; age < Math.min(newest, length); age++) {
    const weight = newestDecay ** age;
    for (let i = 0; i < nItems; i++) best[i] = Math.max(best[i]!, weight * cosines[age * nItems + i]!);
  }
  return best;
}
