// T5's relative-position buckets (Raffel et al. 2020, section 2.1), computed in float32 as the reference does.

export interface BucketRule {
  readonly buckets: number;
  readonly maxDistance: number;
  /** Encoders look both ways and give half the buckets to each side. */
  readonly bidirectional: boolean;
}

/** Bucket of a key `delta` positions after its query. */
export function relativeBucket(delta: number, { buckets, maxDistance, bidirectional }: BucketRule): number {
  const available = bidirectional ? buckets / 2 : buckets;
  const base = bidirectional && delta > 0 ? available : 0;
  const distance = bidirectional ? Math.abs(delta) : Math.max(-delta, 0);
  const exact = available / 2;
  if (distance < exact) return base + distance;
  const ratio = Math.fround(
    Math.fround(Math.log(Math.fround(distance / exact))) / Math.fround(Math.log(maxDistance / exact)),
  );
  const wide = exact + Math.trunc(Math.fround(ratio * (available - exact)));
  return base + Math.min(available - 1, wide);
}

/** Buckets of every (query, key) pair, row-major [queries, keys]. */
export function bucketTable(queries: number, keys: number, rule: BucketRule): Int32Array {
  return Int32Array.from({ length: queries * keys }, (_, i) => relativeBucket((i % keys) - Math.floor(i / keys), rule));
}
