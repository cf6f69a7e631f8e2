import { percent } from "../../base/written-numbers.ts";
import { embedSettings } from "../../pipeline/embed/settings.ts";
import { workplaceSettings } from "../../pipeline/work/settings.ts";
import { defineCommand, exact } from "../command.ts";

export const embedCommand = defineCommand({
  path: ["embed"],
  summary: "turn texts of items and users into vectors",
  description:
    "Embeds one text per item and user into DIR/embeddings/NAME. `feature` is the full model; `positive`, `negative` and\n" +
    "`attributes` are the variants of the paper's Figure 3 and the plain catalogue.\n" +
    "Encoders: lsa (TF-IDF with a truncated SVD, fitted to the catalogue); transformer:DIR_OR_HUB_ID (a BERT, RoBERTa or\n" +
    "MPNet checkpoint, run here); ollama:MODEL and openai:MODEL (servers named by OLLAMA_HOST, or OPENAI_BASE_URL and\n" +
    "OPENAI_API_KEY); random (a control: vectors that know nothing of the texts). Transformers and servers continue where\n" +
    "an interrupted run stopped.\n\n" +
    "--workers shares the texts among processes of this machine, --queue and --objects among `isrf worker`s anywhere, each\n" +
    "with the servers of its own environment; vectors are those of one process (docs/scaling.md). lsa and random, which\n" +
    "take all texts at once, do without.",
  examples: [
    "isrf embed shop",
    "isrf embed shop --item-text attributes --user-text attributes --dimensions 128",
    "isrf embed shop --encoder transformer:models/all-MiniLM-L6-v2",
    "isrf embed shop --encoder ollama:nomic-embed-text",
    "isrf embed shop --encoder transformer:models/all-MiniLM-L6-v2 --queue redis://10.0.0.5:6379 --objects s3://shop/isrf",
  ],
  arguments: [{ name: "dir", description: "dataset directory", required: true }],
  options: embedSettings
    .omit({ timeoutSeconds: true })
    .extend({ timeout: embedSettings.shape.timeoutSeconds, ...workplaceSettings.shape }),
  async run({ arguments: { dir }, options }, { report, signal }) {
    const { embed } = await import("../../pipeline/embed/index.ts");
    const { timeout, ...rest } = options;
    const result = await embed(exact({ dataset: dir, ...rest, timeoutSeconds: timeout, report, signal }));
    const { manifest } = result;
    const side = (unit: "items" | "users") => {
      const { count, text, coverage, emptyRows } = manifest[unit];
      const covered = `${percent(coverage, 1)} covered`;
      return `${unit}         ${count} by ${text}, ${covered}, ${emptyRows} without a text it knows`;
    };
    const text = [
      `vectors       ${result.directory}`,
      `texts by      ${manifest.textsBy}`,
      side("items"),
      side("users"),
      `dimensions    ${manifest.dimensions}`,
      `time          ${result.seconds.toFixed(1)} s`,
    ];
    return { json: result, text: text.join("\n") };
  },
});
