// What a result looks like apart from its mean: by how much is known of users and items, and what the lists show.
import { type Split, trainingCounts } from "../../data/index.ts";
import {
  ACTIVITY_STARTS,
  type Bucket,
  bucketMetrics,
  bucketsOf,
  POPULARITY_STARTS,
  type Ranks,
} from "../../evaluation/index.ts";
import type { BucketEvaluation } from "./evaluation-record.ts";
import type { Panel } from "./questions.ts";

/** The same for every system of one evaluation. */
export interface Breakdown {
  /** Users who have each item in training. */
  readonly owners: Int32Array;
  /** Of them, those who have the wanted item, by position in the panel's users. */
  readonly itemCounts: Int32Array;
  readonly groups: readonly { readonly by: BucketEvaluation["by"]; readonly buckets: readonly Bucket[] }[];
}

/** What is known of a new user has no part in training; they count by the length of their history. */
export function breakdownOf(split: Split, { users, histories, targets }: Panel): Breakdown {
  const owners = trainingCounts(split);
  const activity = users.map((user, i) => (split.prefixes[user] ?? histories[i]!).length);
  const itemCounts = targets.map((item) => owners[item]!);
  return {
    owners,
    itemCounts,
    groups: [
      { by: "user activity", buckets: bucketsOf(activity, ACTIVITY_STARTS) },
      { by: "item popularity", buckets: bucketsOf(itemCounts, POPULARITY_STARTS) },
    ],
  };
}

/** Standard metrics of each bucket. */
export function bucketEvaluations(ranks: Ranks, { groups }: Breakdown): BucketEvaluation[] {
  return groups.flatMap(({ by, buckets }) =>
    buckets.map((bucket) => ({
      by,
      label: bucket.label,
      users: bucket.members.length,
      metrics: bucketMetrics(ranks, bucket),
    })),
  );
}
