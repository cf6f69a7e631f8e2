import { z } from "zod";
import { defineCommand } from "../command.ts";
import { printable } from "../text.ts";

export const reasonExportCommand = defineCommand({
  path: ["reason-export"],
  summary: "write a dataset's reasoned answers to a file",
  description:
    "Writes every answer of DIR's journal, the failed ones with their raw text, to a JSONL or Parquet file. Other machines take it in with reason-import; --llm replay:FILE answers from a JSONL file.",
  examples: ["isrf reason-export shop --out answers.jsonl", "isrf reason-export shop --out answers.parquet"],
  arguments: [{ name: "dir", description: "dataset directory", required: true }],
  options: z.object({
    out: z
      .string()
      .describe("file or object (s3://bucket/key) to write, ending in .jsonl or .parquet")
      .meta({ value: "FILE" }),
  }),
  async run({ arguments: { dir }, options: { out } }) {
    const { exportReasoning } = await import("../../pipeline/reason/index.ts");
    const records = await exportReasoning(dir, out);
    return { json: { records, file: out }, text: `${records} answers -> ${printable(out)}` };
  },
});
