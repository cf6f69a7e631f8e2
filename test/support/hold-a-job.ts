// A worker of its own process that takes one job, says so, and goes on holding it until it is killed.
import { setTimeout as sleep } from "node:timers/promises";
import { openJobs } from "../../src/jobs/index.ts";

const [address = "", leaseMs = "1000"] = process.argv.slice(2);
const store = await openJobs(address, { leaseMs: Number(leaseMs), pauseMs: 0 });
const lease = await store.lease({ kinds: ["work"], worker: `process ${process.pid}` });
process.stdout.write(`${lease?.job.id}\n`);
for (;;) {
  await lease?.heartbeat();
  await sleep(Number(leaseMs) / 4);
}
