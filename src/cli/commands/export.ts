import { UsageError } from "../../base/errors.ts";
import { exportCommandSettings } from "../../pipeline/export/settings.ts";
import { refuseIdle } from "../beside.ts";
import { defineCommand, exact } from "../command.ts";

export const exportCommand = defineCommand({
  path: ["export"],
  summary: "write the vectors of a trained model into a file",
  description:
    "item-vectors and user-vectors: what the model knows items and users by, with their ids. scores: the best of every user, as rows of `isrf recommend RUN --all-users`, which takes filters as well. Vectors of texts lie in the dataset's `embeddings`.",
  examples: [
    "isrf export run --what item-vectors --out items.parquet",
    "isrf export run --what user-vectors --out users.npy",
    "isrf export run --what scores --top 200 --out scores.parquet",
  ],
  arguments: [{ name: "run", description: "run directory", required: true }],
  options: exportCommandSettings,
  async run({ arguments: { run }, options }, context) {
    const { report, signal } = context;
    const { what, top, format, ...shared } = options;
    if (what === "scores") {
      if (format === "npy") throw new UsageError("--format npy holds vectors; scores are rows: take parquet or jsonl.");
      const { recommendToFile } = await import("../../pipeline/recommend/index.ts");
      const scores = await recommendToFile(run, exact({ ...shared, allUsers: true, top, format, report, signal }));
      return { json: scores, text: `${scores.out}: ${scores.recommendations} scores of ${scores.users} users` };
    }
    refuseIdle(context, `--what ${what}`, ["top"]);
    const { exportVectors } = await import("../../pipeline/export/index.ts");
    const written = await exportVectors(run, exact({ ...shared, what, format, signal }));
    const { out, rows, columns, description, ids } = written;
    const beside = ids === undefined ? "" : `, ids in ${ids}`;
    return { json: written, text: `${out}: ${rows} x ${columns}, ${description}${beside}` };
  },
});
