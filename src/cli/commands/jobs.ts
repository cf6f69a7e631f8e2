import type { JobRecord } from "../../jobs/index.ts";
import type { ChangedJobs, ListedJobs } from "../../pipeline/work/index.ts";
import { listJobsSettings, manyJobsSettings, oneJobSettings } from "../../pipeline/work/settings.ts";
import { defineCommand, exact } from "../command.ts";
import { printable } from "../text.ts";

const ids = { name: "ids", description: "ids of jobs, as `isrf jobs list` shows them", required: false } as const;

export const jobsListCommand = defineCommand({
  path: ["jobs", "list"],
  summary: "list jobs, and count them by kind and state",
  description:
    "waiting: nobody has it; active: a worker does it; done; failed: set aside after its tries, with the reason; cancelled.",
  examples: [
    "isrf jobs list --queue redis://10.0.0.5:6379",
    "isrf jobs list --queue jobs.db --kinds recommend --states failed --states cancelled",
  ],
  arguments: [],
  options: listJobsSettings,
  async run({ options }) {
    const { listJobs } = await import("../../pipeline/work/index.ts");
    const listed = await listJobs(exact(options));
    return { json: listed, text: listText(listed) };
  },
});

export const jobsShowCommand = defineCommand({
  path: ["jobs", "show"],
  summary: "show one job: what it is to do, who has it, why it failed",
  description: "All that the store keeps of it.",
  examples: ["isrf jobs show recommend.0a1b2c3d-0-256 --queue jobs.db"],
  arguments: [{ name: "id", description: "id of the job", required: true }],
  options: oneJobSettings,
  async run({ arguments: { id }, options }) {
    const { showJob } = await import("../../pipeline/work/index.ts");
    const job = await showJob(id, exact(options));
    return { json: job, text: showText(job) };
  },
});

export const jobsRetryCommand = defineCommand({
  path: ["jobs", "retry"],
  summary: "let failed or cancelled jobs be done after all",
  description: "They wait again, with all their tries. Named jobs are also done again where they are done.",
  examples: [
    "isrf jobs retry recommend.0a1b2c3d-0-256 --queue jobs.db",
    "isrf jobs retry --all --kinds recommend --queue redis://10.0.0.5:6379",
  ],
  arguments: [{ ...ids, variadic: true }],
  options: manyJobsSettings,
  async run({ arguments: { ids }, options }) {
    const { retryJobs } = await import("../../pipeline/work/index.ts");
    const result = await retryJobs(ids, exact(options));
    return { json: result, text: changedText(result, "wait again") };
  },
});

export const jobsCancelCommand = defineCommand({
  path: ["jobs", "cancel"],
  summary: "take jobs off, whether they wait or are at work",
  description: "A worker that has one of them finds out within its next heartbeat and drops it.",
  examples: [
    "isrf jobs cancel recommend.0a1b2c3d-0-256 --queue jobs.db",
    "isrf jobs cancel --all --queue redis://10.0.0.5:6379",
  ],
  arguments: [{ ...ids, variadic: true }],
  options: manyJobsSettings,
  async run({ arguments: { ids }, options }) {
    const { cancelJobs } = await import("../../pipeline/work/index.ts");
    const result = await cancelJobs(ids, exact(options));
    return { json: result, text: changedText(result, "cancelled") };
  },
});

function listText({ store, counts, jobs }: ListedJobs): string {
  const kinds = Object.entries(counts).map(([kind, byState]) => {
    const states = Object.entries(byState).filter(([, count]) => count > 0);
    return `${kind}: ${states.map(([state, count]) => `${count} ${state}`).join(", ") || "none"}`;
  });
  if (kinds.length === 0) return `No jobs in ${printable(store)}.`;
  return [...kinds, ...jobs.map(jobLine)].map(printable).join("\n");
}

function jobLine({ id, state, tried, tries, worker, error }: JobRecord): string {
  const by = state === "active" && worker !== undefined ? `by ${worker}` : "";
  const why = error === undefined ? "" : error.split("\n", 1)[0]!;
  return ["", state.padEnd(9), id, `${tried}/${tries} tries`, by, why].filter((part) => part !== "").join("  ");
}

function showText(job: JobRecord): string {
  const time = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());
  const lines: readonly (readonly [string, unknown])[] = [
    ["job", job.id],
    ["state", job.state],
    ["tries", `${job.tried} of ${job.tries}`],
    ["worker", job.worker],
    ["error", job.error],
    ["progress", job.progress],
    ["added", time(job.added)],
    ["finished", time(job.finished)],
    ["payload", JSON.stringify(job.payload)],
    ["result", job.result && JSON.stringify(job.result)],
  ];
  return lines
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => printable(`${name.padEnd(9)} ${value}`))
    .join("\n");
}

function changedText({ changed, unchanged }: ChangedJobs, words: string): string {
  const rest = unchanged.length === 0 ? [] : [`${unchanged.length} are as they were: ${unchanged.join(", ")}`];
  return [`${changed.length} ${words}`, ...rest].map(printable).join("\n");
}
