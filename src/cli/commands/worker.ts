import { workerSettings } from "../../pipeline/work/settings.ts";
import { defineCommand, exact } from "../command.ts";

export const workerCommand = defineCommand({
  path: ["worker"],
  summary: "do jobs that commands hand out with --queue, on this or any machine",
  description:
    "Takes one job after the other from the store of jobs and puts results where --objects says: recommend --queue and others hand out the jobs, put them together, and need as many workers as there are machines. Start one per machine and let it use all cores, or several with --threads.\n\n" +
    "A worker may be killed at any moment: another one does its job. SIGTERM or Ctrl-C lets it finish or give back what it has; it goes on waiting for jobs until then, or with --until-idle ends when none are left.",
  examples: [
    "isrf worker --queue redis://10.0.0.5:6379 --objects s3://shop/isrf",
    "isrf worker --queue jobs.db --until-idle --threads 2",
  ],
  arguments: [],
  options: workerSettings,
  async run({ options }, { report, signal }) {
    const { runWorker } = await import("../../pipeline/work/index.ts");
    const done = await runWorker(exact({ ...options, report, signal }));
    const others = Object.entries(done).filter(([name, count]) => name !== "done" && count > 0);
    const text = [`${done.done} jobs done`, ...others.map(([name, count]) => `${count} ${name}`)].join(", ");
    return { json: done, text };
  },
});
