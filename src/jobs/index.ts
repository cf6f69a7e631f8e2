export { asJson } from "./as-json.ts";
export type { JobsOptions } from "./job-options.ts";
export { LeaseLostError } from "./lease-lost-error.ts";
export { openJobs } from "./open-jobs.ts";
export { type Shard, shardFrom, shareOf } from "./shards.ts";
export {
  type JobCounts,
  type JobRecord,
  type JobState,
  type JobStore,
  type Json,
  type Lease,
  type LeaseRequest,
  type ListRequest,
  type NewJob,
} from "./store.ts";
