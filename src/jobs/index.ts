export { asJson } from "./as-json.ts";
export type { JobsOptions } from "./job-options.ts";
export { LeaseLostError } from "./lease-lost-error.ts";
export { hasLogin, openJobs, shownAddress } from "./open-jobs.ts";
export { type Shard, shardFrom, shareOf } from "./shards.ts";
export type {
  JobCounts,
  JobRecord,
  JobState,
  JobStore,
  Json,
  Lease,
  LeaseRequest,
  ListRequest,
  NewJob,
} from "./store.ts";
