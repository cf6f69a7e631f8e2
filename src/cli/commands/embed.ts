import { z } from "zod";
import { POOLINGS } from "../../embedding/encoders/pooling.ts";
import { TEXT_SOURCES } from "../../embedding/text-source.ts";
import { DEVICES } from "../../engine/session/device.ts";
import { defineCommand } from "../command.ts";

const TEXT = z.enum(TEXT_SOURCES);

export const embedCommand = defineCommand({
  path: ["embed"],
  summary: "turn texts of items and users into vectors",
  description:
    "Embeds one text per item and user into DIR/embeddings/NAME. `feature` is the full model; `positive`, `negative` and\n" +
    "`attributes` are the variants of the paper's Figure 3 and the plain catalogue.\n" +
    "Encoders: lsa (TF-IDF with a truncated SVD, fitted to the catalogue); transformer:DIR_OR_HUB_ID (a BERT, RoBERTa or\n" +
    "MPNet checkpoint, run here); ollama:MODEL and openai:MODEL (servers named by OLLAMA_HOST, or OPENAI_BASE_URL and\n" +
    "OPENAI_API_KEY); random (a control: vectors that know nothing of the texts). Transformers and servers continue where\n" +
    "an interrupted run stopped.",
  examples: [
    "isrf embed shop",
    "isrf embed shop --item-text attributes --user-text attributes --dimensions 128",
    "isrf embed shop --encoder transformer:models/all-MiniLM-L6-v2",
    "isrf embed shop --encoder ollama:nomic-embed-text",
  ],
  arguments: [{ name: "dir", description: "dataset directory", required: true }],
  options: z.object({
    encoder: z
      .string()
      .default("lsa")
      .describe("text encoder: lsa, transformer:DIR_OR_HUB_ID, ollama:MODEL, openai:MODEL or random")
      .meta({ value: "KIND:MODEL" }),
    name: z
      .string()
      .optional()
      .describe("folder of the result; default the encoder's name, with -ITEMS-USERS for other texts than features"),
    itemText: TEXT.default("feature").describe("text embedded for items"),
    userText: TEXT.default("feature").describe("text embedded for users"),
    dimensions: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe("length of a vector, at most: lsa and random (default 256), openai (default the model's own)")
      .meta({ unit: "numbers" }),
    bigrams: z.boolean().default(false).describe("lsa: count pairs of neighbouring words as terms too"),
    pooling: z
      .enum(POOLINGS)
      .optional()
      .describe(
        "transformer: one vector from many; default as the checkpoint says, else easyrec if it has that layer, else mean",
      ),
    maxTokens: z
      .number()
      .int()
      .min(3)
      .optional()
      .describe("transformer: longest text, the rest is cut; default the checkpoint's limit")
      .meta({ unit: "tokens" }),
    device: z.enum(DEVICES).optional().describe("transformer: where it runs; default cpu"),
    timeout: z
      .number()
      .positive()
      .optional()
      .describe("ollama and openai: longest wait for one reply; default 300")
      .meta({ unit: "seconds" }),
    seed: z.number().int().default(2026).describe("lsa: start of the randomised SVD; random: draws the vectors"),
  }),
  async run({ arguments: { dir }, options }, { report, signal }) {
    const [{ openDataset, splitLeaveLastTwo }, { embedDataset }] = await Promise.all([
      import("../../data/index.ts"),
      import("../../pipeline/embed/index.ts"),
    ]);
    const dataset = await openDataset(dir);
    const { timeout, ...rest } = options;
    const result = await embedDataset({
      dataset,
      split: splitLeaveLastTwo(dataset),
      ...rest,
      timeoutSeconds: timeout,
      report,
      signal,
    });
    const { manifest } = result;
    const side = (unit: "items" | "users") => {
      const { count, text, coverage, emptyRows } = manifest[unit];
      const covered = `${(coverage * 100).toFixed(1)} % covered`;
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
