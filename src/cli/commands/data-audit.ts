import { z } from "zod";
import { defineCommand } from "../command.ts";
import { printable } from "../text.ts";

export const dataAuditCommand = defineCommand({
  path: ["data", "audit"],
  summary: "leaks and defects of a dataset, measured",
  description:
    "Checks whether item numbers tell what comes next, whether held-out items stand in training, duplicates, cold targets, the stored candidates, and how far popularity alone goes. Each check is ok, warn or fail.",
  examples: ["isrf data audit shop"],
  arguments: [{ name: "dir", description: "dataset directory", required: true }],
  options: z.object({}),
  async run({ arguments: { dir } }) {
    const { auditDataset, openDataset } = await import("../../data/index.ts");
    const dataset = await openDataset(dir);
    const audit = await auditDataset(dataset);
    const lines = audit.checks.map((check) => `${check.verdict.padEnd(5)} ${check.name.padEnd(28)} ${check.finding}`);
    const title = `${printable(dataset.manifest.name)}: ${audit.verdict}`;
    return { json: { name: dataset.manifest.name, hash: dataset.hash, ...audit }, text: [title, ...lines].join("\n") };
  },
});
