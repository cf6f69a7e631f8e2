import { z } from "zod";
import { DEVICES } from "../../engine/session/device.ts";
import { defineCommand } from "../command.ts";

export const auditCommand = defineCommand({
  path: ["audit"],
  summary: "known leaks, measured on a run",
  description:
    "Measures on the run at hand every leak known from published code (L1 to L15, docs/protocols.md): on the lists that training was given, on the names that the model reads, on its questions, asked twice, and on its answers. Two controls must fall to chance: items under random ids, and targets of other users.\n\n" +
    "Each finding is absent, present or not measurable, with its numbers and the reason. Exit code 1 when a run under protocol strict has a leak.",
  examples: ["isrf audit run", "isrf audit run --users 2000 --json", "isrf audit run --no-controls --report-only"],
  arguments: [{ name: "run", description: "run directory", required: true }],
  options: z.object({
    users: z.number().int().min(1).default(500).describe("size of the fixed random sample that is asked"),
    split: z.enum(["valid", "test"]).optional().describe("default: that of the stored evaluation, else test"),
    controls: z.boolean().default(true).describe("also the two controls"),
    reportOnly: z.boolean().default(false).describe("exit code 0 whatever is found"),
    dataset: z.string().optional().describe("where the dataset lies now, if it has moved").meta({ value: "DIR" }),
    device: z.enum(DEVICES).optional().describe("where to compute; default: as trained"),
    threads: z.number().int().min(1).optional().describe("CPU threads; default: one per core"),
  }),
  async run({ arguments: { run }, options }, { report, signal }) {
    const [{ auditRun }, { formatAudit }] = await Promise.all([
      import("../../pipeline/audit/index.ts"),
      import("../../pipeline/audit/index.ts"),
    ]);
    const { reportOnly, ...rest } = options;
    const audit = await auditRun(run, { ...rest, report, signal });
    const fails = audit.protocol === "strict" && audit.leaks > 0 && !reportOnly;
    const failure = `${run}: ${audit.leaks} findings are present in a run under protocol strict.`;
    return { json: audit, text: formatAudit(audit), failure: fails ? failure : undefined };
  },
});
