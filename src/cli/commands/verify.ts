import { z } from "zod";
import type { VerifiedPart } from "../../pipeline/verify/index.ts";
import { defineCommand, exact } from "../command.ts";
import { printable } from "../text.ts";

export const verifyCommand = defineCommand({
  path: ["verify"],
  summary: "check that every file is still what was written",
  description:
    "Compares all files of a dataset with its embeddings, a run with its checkpoints and evaluation, or a study, with the sizes and SHA-256 that were stored when they were written. Other commands check what they read; this one checks everything, say before a backup or after a copy, and says which parts of a run are gone.\n\n" +
    "Exit code 1 when something is damaged. What an older version wrote has no checksums, and is listed so. Answers of language models (reasoning/) are a database, and not looked at.",
  examples: ["isrf verify shop", "isrf verify run --json"],
  arguments: [{ name: "dir", description: "dataset, embeddings, run or study", required: true }],
  options: z.object({}),
  async run({ arguments: { dir } }, { report, signal }) {
    const { verify } = await import("../../pipeline/verify/index.ts");
    const parts = await verify(dir, exact({ report, signal }));
    const damaged = parts.filter(({ state }) => state === "damaged").length;
    const failure = `${dir}: ${damaged} of ${parts.length} parts are damaged.`;
    const text = [...parts.map(line), summary(parts)].join("\n");
    return { json: { directory: dir, damaged, parts }, text, failure: damaged > 0 ? failure : undefined };
  },
});

function line({ path, state, problem }: VerifiedPart): string {
  return printable(`${state.padEnd(14)}${problem ?? path}`);
}

function summary(parts: readonly VerifiedPart[]): string {
  const count = (state: VerifiedPart["state"]) => parts.filter((part) => part.state === state).length;
  const older = count("no checksums");
  const rest = older === 0 ? "" : `; ${older} by an older version, without checksums`;
  return `${count("whole")} of ${parts.length} parts are whole${rest}.`;
}
