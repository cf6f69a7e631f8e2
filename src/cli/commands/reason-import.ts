import { z } from "zod";
import { defineCommand } from "../command.ts";

export const reasonImportCommand = defineCommand({
  path: ["reason-import"],
  summary: "take reasoned answers from a file into a dataset",
  description:
    "Adds the answers of a file that reason-export wrote to DIR's journal. What is answered there stays. Run reason with the same model, prompts and settings afterwards: it finds the answers instead of asking.",
  examples: ["isrf reason-import shop --from answers.jsonl"],
  arguments: [{ name: "dir", description: "dataset directory", required: true }],
  options: z.object({
    from: z.string().describe("file to read, ending in .jsonl or .parquet").meta({ value: "FILE" }),
  }),
  async run({ arguments: { dir }, options: { from } }) {
    const [{ openDataset }, { importReasoning }] = await Promise.all([
      import("../../data/index.ts"),
      import("../../pipeline/reason/index.ts"),
    ]);
    const { directory } = await openDataset(dir);
    const counts = await importReasoning(directory, from);
    return { json: counts, text: `${counts.read} answers read, ${counts.added} of them new` };
  },
});
