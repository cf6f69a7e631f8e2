import { z } from "zod";
import { auditSettings } from "../../pipeline/audit/settings.ts";
import { defineCommand, exact } from "../command.ts";

export const auditCommand = defineCommand({
  path: ["audit"],
  summary: "look for every known leak in a run",
  description:
    "Measures on the run at hand every leak known from published code (L1 to L15, docs/protocols.md): on the lists that training was given, on the names that the model reads, on its questions, asked twice, and on its answers. Two controls must fall to chance: items under random ids, and targets of other users.\n\n" +
    "Each finding is absent, present or not measurable, with its numbers and the reason; RUN/audit.json keeps them, for the explorer of `isrf serve` too. Exit code 1 when a run under protocol strict has a leak.",
  examples: ["isrf audit run", "isrf audit run --users 2000 --json", "isrf audit run --no-controls --report-only"],
  arguments: [{ name: "run", description: "run directory", required: true }],
  options: auditSettings.extend({
    reportOnly: z.boolean().default(false).describe("exit with code 0 whatever is found"),
  }),
  async run({ arguments: { run }, options }, { report, signal }) {
    const { audit, formatAudit } = await import("../../pipeline/audit/index.ts");
    const { reportOnly, ...rest } = options;
    const found = await audit(run, exact({ ...rest, report, signal }));
    const fails = found.protocol === "strict" && found.leaks > 0 && !reportOnly;
    const failure = `${run}: ${found.leaks} findings are present in a run under protocol strict.`;
    return { json: found, text: formatAudit(found), failure: fails ? failure : undefined };
  },
});
