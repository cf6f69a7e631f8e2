// What the language model writes: the log-probability of an item's tokens inside the tree of valid items. It is asked
// about a short list alone, since every item costs decoding.
import type { Task } from "../recommender.ts";
import type { WitnessQuestion } from "./witness.ts";

export interface GeneratorWitness {
  readonly name: "generator";
  readonly describes: string;
  /** Log-probability of the items of each short list; direct questions hold their candidates in the prompt. */
  testify(
    task: Task,
    questions: readonly (WitnessQuestion & { readonly candidates?: Int32Array | undefined })[],
    lists: readonly Int32Array[],
  ): Promise<Float32Array[]>;
  dispose(): Promise<void>;
}

export const GENERATOR_DESCRIBES = "log-probability of writing the item, by the language model";

/** Items that the generator is asked about, at least. */
export const SHORTLIST = 40;
