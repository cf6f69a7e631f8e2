// How witnesses come to their word. Whoever asks all of them at once (`ranking/`) needs no array of what one says of
// every item; whoever asks one of them (`testify`) gets it, made of the same.
import type { ItemProducts } from "./products.ts";
import type { WitnessQuestion } from "./question.ts";

export type Voice = ProductsVoice | NearestVoice | FewVoice | FixedVoice;

/** A product of the question's vector with the item's, finished as the products are. */
export interface ProductsVoice {
  readonly kind: "products";
  readonly products: ItemProducts;
  /** The vector of each question. */
  queries(questions: readonly WitnessQuestion[]): Promise<readonly Float32Array[]> | readonly Float32Array[];
  /** What products with single items lack beside finished ones, by question; absent: nothing. */
  shifts?(questions: readonly WitnessQuestion[]): Promise<Float32Array>;
}

/** The largest of an item's products with items of the history, each times a factor; never below 0. */
export interface NearestVoice {
  readonly kind: "nearest";
  /** Of items with items. */
  readonly products: ItemProducts;
  /** Items that are looked at, newest first, at most `most`. */
  near(history: Int32Array): Int32Array;
  readonly most: number;
  /** Of the newest item, the one before it, ... [most] */
  readonly factors: readonly number[];
}

/** Items of which something is said, and what; the rest has `base`, or 0. Valid until the next question. */
export interface Few {
  readonly items: Int32Array;
  readonly values: Float32Array;
  readonly size: number;
}

export interface FewVoice {
  readonly kind: "few";
  /** Added to what is said of each item, where `hasBase`. [nItems] */
  readonly base?: Float32Array | undefined;
  hasBase(question: WitnessQuestion): boolean;
  of(question: WitnessQuestion): Few;
  readonly nItems: number;
}

/** The same for every question. [nItems] */
export interface FixedVoice {
  readonly kind: "fixed";
  readonly values: Float32Array;
}
