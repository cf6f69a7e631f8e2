import { z } from "zod";
import { defineCommand } from "../command.ts";
import { printable } from "../text.ts";

export const dataAuditCommand = defineCommand({
  path: ["data", "audit"],
  summary: "measure leaks and defects of a dataset",
  description:
    "Checks whether item numbers tell what comes next, what published code's review split would leak, whether held-out items stand in training or in the user texts, duplicates, cold targets, the stored candidates, and how far popularity alone goes; and looks for signs that the files were misread: times, guests, ids that differ in case, prices and categories. Each check is ok, warn or fail; L1 to L5, L8 and L12 are those leaks of docs/protocols.md that a dataset alone tells. `isrf audit RUN` measures a run.",
  examples: ["isrf data audit shop"],
  arguments: [{ name: "dir", description: "dataset directory", required: true }],
  options: z.object({}),
  async run({ arguments: { dir } }) {
    const { auditData } = await import("../../pipeline/audit/index.ts");
    const audit = await auditData(dir);
    const lines = audit.checks.map(
      ({ verdict, name, leak = "", finding }) => `${verdict.padEnd(5)}${leak.padEnd(4)}${name.padEnd(28)} ${finding}`,
    );
    return { json: audit, text: [`${printable(audit.name)}: ${audit.verdict}`, ...lines].join("\n") };
  },
});
