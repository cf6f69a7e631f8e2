// What an answer rests on. A witness says, of each item, how much one kind of evidence speaks for it after a question;
// `mixture/` learns how far each is to be believed, and an item's score is the sum of what they say, weighed.
import type { Behind } from "../recommender.ts";
import type { WitnessQuestion } from "./question.ts";
import type { Voice } from "./voice.ts";

export type { WitnessQuestion } from "./question.ts";

/** In the order in which they are shown. */
export const WITNESSES = [
  "sequence",
  "individual",
  "group",
  "neighbours",
  "text",
  "nearest",
  "generator",
  "popularity",
] as const;

export type WitnessName = (typeof WITNESSES)[number];

/** What the caller adds, no evidence: `favour-new.ts`. */
export const FAVOUR_NEW = "new";

/** What a score is a sum of. */
export type TermName = WitnessName | typeof FAVOUR_NEW;

/** One kind of evidence. Values are comparable within a question. */
export interface Witness {
  readonly name: TermName;
  /** What its values are, in words. */
  readonly describes: string;
  /** Whether 0 says that nothing is known of an item. Elsewhere a value says something beside other values alone. */
  readonly isSilentAtZero?: boolean | undefined;
  /** Whether it says something of an item that training never saw. */
  readonly knowsNewItems?: boolean | undefined;
  /** How it comes to its word. */
  readonly voice: Voice;
  /**
   * Its word on the items of each question: all of the catalogue [nItems], or those of `among[i]`, in their order.
   * Arrays are the caller's.
   */
  testify(questions: readonly WitnessQuestion[], among?: readonly Int32Array[]): Promise<Float32Array[]>;
  /** What its word on `item` comes from, strongest first; absent where it cannot be named. */
  behind?(question: WitnessQuestion, item: number): readonly Behind[] | Promise<readonly Behind[]>;
  /** Releases native memory, where it holds any. */
  dispose?(): Promise<void>;
}
