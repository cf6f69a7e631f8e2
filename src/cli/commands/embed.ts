import { z } from "zod";
import { TEXT_SOURCES } from "../../embedding/text-source.ts";
import { defineCommand } from "../command.ts";

const TEXT = z.enum(TEXT_SOURCES);

export const embedCommand = defineCommand({
  path: ["embed"],
  summary: "turn texts of items and users into vectors",
  description:
    "Embeds one text per item and user into DIR/embeddings/NAME. `feature` is the full model; `positive`, `negative` and\n" +
    "`attributes` are the variants of the paper's Figure 3 and the plain catalogue.",
  examples: ["isrf embed shop", "isrf embed shop --item-text attributes --user-text attributes --dimensions 128"],
  arguments: [{ name: "dir", description: "dataset directory", required: true }],
  options: z.object({
    encoder: z.enum(["lsa"]).default("lsa").describe("text encoder: lsa is TF-IDF with a truncated SVD"),
    name: z.string().optional().describe("folder of the result; default lsa, or lsa-ITEMS-USERS for other texts"),
    itemText: TEXT.default("feature").describe("text embedded for items"),
    userText: TEXT.default("feature").describe("text embedded for users"),
    dimensions: z.number().int().min(1).default(256).describe("length of a vector, at most").meta({ unit: "numbers" }),
    bigrams: z.boolean().default(false).describe("count pairs of neighbouring words as terms too"),
    seed: z.number().int().default(2026).describe("start of the randomised SVD"),
  }),
  async run({ arguments: { dir }, options }, { report, signal }) {
    const [{ openDataset, splitLeaveLastTwo }, { embedDataset }] = await Promise.all([
      import("../../data/index.ts"),
      import("../../pipeline/embed.ts"),
    ]);
    const dataset = await openDataset(dir);
    const { encoder: _, name, ...rest } = options;
    const result = await embedDataset({
      dataset,
      split: splitLeaveLastTwo(dataset),
      ...rest,
      ...(name !== undefined && { name }),
      report,
      signal,
    });
    const { manifest } = result;
    const side = (unit: "items" | "users") => {
      const { count, text, coverage, emptyRows } = manifest[unit];
      const covered = `${(coverage * 100).toFixed(1)} % covered`;
      return `${unit}         ${count} by ${text}, ${covered}, ${emptyRows} without a known word`;
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
