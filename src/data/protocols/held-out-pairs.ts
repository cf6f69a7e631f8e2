// Which users' held-out items stand where they must not: among training pairs, edges, spared negatives.
import type { Split } from "../dataset.ts";

/** Users by what their list holds; 1 = yes. */
export interface HeldOutPairs {
  readonly test: Uint8Array;
  readonly valid: Uint8Array;
  readonly testUsers: number;
  readonly validUsers: number;
}

/** Look for each user's test and validation item in the user's own list. */
export function heldOutPairs(lists: readonly Int32Array[], split: Pick<Split, "test" | "valid">): HeldOutPairs {
  const holds = (targets: Int32Array) => Uint8Array.from(targets, (item, user) => Number(lists[user]!.includes(item)));
  const test = holds(split.test);
  const valid = holds(split.valid);
  const total = (flags: Uint8Array) => flags.reduce((sum, flag) => sum + flag, 0);
  return { test, valid, testUsers: total(test), validUsers: total(valid) };
}
