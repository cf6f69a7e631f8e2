// Users apart by how much is known: of themselves, and of the item they are asked for.
import { type AnyMetric, type Metrics, meanMetrics } from "./metrics.ts";
import type { Ranks } from "./ranks.ts";

/** Users whose count lies in a range: `{ label: "5-9", members: [0, 7] }`. */
export interface Bucket {
  readonly label: string;
  /** Positions in the evaluated users. */
  readonly members: Int32Array;
}

/** Training interactions of a user. Half of the users of the common review data have at most four. */
export const ACTIVITY_STARTS = [1, 4, 6, 11, 21] as const;
/** Training interactions of an item; 0 is a cold one, of which nothing was learned. */
export const POPULARITY_STARTS = [0, 1, 5, 10, 20, 50] as const;

/** `values` sorted into the ranges that begin at `starts`, ascending; empty ranges are left out. */
export function bucketsOf(values: Int32Array, starts: readonly number[]): Bucket[] {
  return starts.flatMap((start, at) => {
    const next = starts[at + 1] ?? Number.POSITIVE_INFINITY;
    const members = Int32Array.from(values.keys()).filter((i) => values[i]! >= start && values[i]! < next);
    return members.length === 0 ? [] : [{ label: labelOf(start, next), members }];
  });
}

/** Means over the members alone. */
export function bucketMetrics({ first, tied }: Ranks, { members }: Bucket, names?: readonly AnyMetric[]): Metrics {
  return meanMetrics({ first: members.map((i) => first[i]!), tied: members.map((i) => tied[i]!) }, names);
}

function labelOf(start: number, next: number): string {
  if (next === Number.POSITIVE_INFINITY) return `${start}+`;
  return next - start === 1 ? String(start) : `${start}-${next - 1}`;
}
