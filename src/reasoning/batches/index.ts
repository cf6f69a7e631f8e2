// Language models that are asked in batches: by a server's batch API, or in files for somebody else to ask.
export { BatchApi } from "./batch-api.ts";
export { type BatchWays, batchReasoner } from "./batch-reasoner.ts";
export { batchFolder, CallStore } from "./call-store.ts";
