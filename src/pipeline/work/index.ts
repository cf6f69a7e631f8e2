export { type ChangedJobs, cancelJobs, type ListedJobs, listJobs, retryJobs, showJob } from "./manage.ts";
export { type RunWorkerOptions, runWorker } from "./run-worker.ts";
export type { WorkDone } from "./worker.ts";
export { wantsWorkers } from "./workplace.ts";
