// Items by user, in two types that cannot be taken for each other: what training may see, and whole sequences, which
// end in the items that are asked for. At run time both are plain lists; a leak is an error of the compiler.

declare const holds: unique symbol;

/** Items by user, oldest first, held-out items included. Made by `openDataset`; training never takes it. */
export type WholeSequences = readonly Int32Array[] & { readonly [holds]: "held-out items too" };

/**
 * Items by user that a protocol lets training see. Made by `trainingLists`; whatever learns takes this and nothing
 * else.
 */
export type TrainingLists = readonly Int32Array[] & { readonly [holds]: "what training may see" };

/** Lists that nothing is known of yet. */
type PlainLists = readonly Int32Array[] & { readonly [holds]?: never };

/** Vouches that `lists` hold each user's items with the held-out ones at the end. */
export function wholeSequences(lists: PlainLists): WholeSequences {
  return lists as readonly Int32Array[] as WholeSequences;
}

/** Vouches that the protocol lets training see `lists`. Whole sequences are refused by type. */
export function trainingLists(lists: PlainLists): TrainingLists {
  return lists as readonly Int32Array[] as TrainingLists;
}

/**
 * A leak on purpose: protocol `paper` reproduces published ones (docs/protocols.md), and audits look for what a leak
 * leaves.
 */
export function leakedLists(sequences: WholeSequences): TrainingLists {
  return trainingLists([...sequences]);
}
