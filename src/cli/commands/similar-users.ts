import { percent } from "../../base/written-numbers.ts";
import type { PreparedSimilarUsers } from "../../pipeline/similar-users/index.ts";
import { similarUsersSettings } from "../../pipeline/similar-users/settings.ts";
import { defineCommand, exact } from "../command.ts";
import { formatSeconds } from "../rate.ts";

export const similarUsersCommand = defineCommand({
  path: ["similar-users"],
  summary: "find each user's most similar users, for trainings to come",
  description:
    "Trainings of isrf compare all users by their texts (paper, eq. 6). This does it beforehand, on many machines where\n" +
    "you like, and keeps what it finds beside the vectors, in DIR/embeddings/NAME/similar-users. Every `isrf train` and\n" +
    "study that reads the same vectors with the same number (--set neighbours) and search (--set neighbourSearch) takes it\n" +
    "instead of searching, and says so; an exact search serves those who ask for fewer, too. Defaults are those of\n" +
    "--preset mini, and the answer names the presets that are served. `isrf embed` anew drops it.\n\n" +
    "--workers shares an exact search among processes of this machine, --queue and --objects among `isrf worker`s\n" +
    "anywhere, with the same result (docs/scaling.md). An approximate one stays in one process; its recall is measured.",
  examples: [
    "isrf similar-users shop",
    "isrf similar-users shop --embeddings mpnet --preset paper --workers 4",
    "isrf similar-users shop --neighbours 100 --queue redis://10.0.0.5:6379 --objects s3://shop/isrf",
    "isrf similar-users shop --search approximate --sample 2000",
  ],
  arguments: [{ name: "dir", description: "dataset directory", required: true }],
  options: similarUsersSettings,
  async run({ arguments: { dir }, options }, { report, signal }) {
    const { prepareSimilarUsers } = await import("../../pipeline/similar-users/index.ts");
    const prepared = await prepareSimilarUsers(exact({ dataset: dir, ...options, report, signal }));
    return { json: prepared, text: preparedText(prepared) };
  },
});

function preparedText({ directory, manifest, isNew, presets, seconds }: PreparedSimilarUsers): string {
  const { neighbours, users, search, recall, sample, embeddings } = manifest;
  const found = `${neighbours} of each of ${users}, ${search}`;
  return [
    `similar users  ${directory}`,
    `found          ${found}${isNew ? "" : ", before"}`,
    ...(sample === undefined ? [] : [`recall         ${percent(recall, 1)}, measured on ${sample} users`]),
    `taken by       ${takersText(presets, embeddings, manifest)}`,
    `time           ${formatSeconds(seconds)}`,
  ].join("\n");
}

function takersText(
  presets: readonly string[],
  embeddings: string,
  { neighbours, search }: PreparedSimilarUsers["manifest"],
): string {
  const set = `--set neighbours=${neighbours} --set neighbourSearch=${search}`;
  if (presets.length === 0) return `isrf train --embeddings ${embeddings} ${set}`;
  return `isrf train --embeddings ${embeddings}, presets ${presets.join(", ")}; others with ${set}`;
}
