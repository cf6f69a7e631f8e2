import { emptyRanks, meanMetrics, type Ranks } from "../../evaluation/index.ts";
import type { Leakage } from "./evaluation-record.ts";

/**
 * Ranks of `users` apart by whether their own held-out pair was an edge of the training graph (`isLeaked` by
 * userIndex).
 */
export function leakageOf(ranks: Ranks, users: Int32Array, isLeaked: Uint8Array): Leakage {
  const part = (flag: 0 | 1) => {
    const chosen = Array.from(users.keys()).filter((i) => isLeaked[users[i]!] === flag);
    const some = emptyRanks(chosen.length);
    chosen.forEach((from, to) => {
      some.first[to] = ranks.first[from]!;
      some.tied[to] = ranks.tied[from]!;
    });
    return { users: chosen.length, metrics: meanMetrics(some) };
  };
  return { leaked: part(1), clean: part(0) };
}
