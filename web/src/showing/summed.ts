// Reasons that are parts of a sum. Systems whose scores are none give reasons in words alone.
import type { Reason } from "../../../src/client/index.ts";

export type SummedReason = Reason & { readonly adds: number; readonly typical: number; readonly ahead: number };

/** Those of a sum; none where the score is no sum. */
export function summed(reasons: readonly Reason[] = []): readonly SummedReason[] {
  return reasons.filter((one): one is SummedReason => one.adds !== undefined && one.ahead !== undefined);
}
