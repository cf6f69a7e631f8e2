// Settings of the embedding stage, with their words and defaults.
import { z } from "zod";
import { WORK_SEED } from "../../base/seeds.ts";
import { LSA_DIMENSIONS } from "../../embedding/defaults.ts";
import { POOLINGS } from "../../embedding/encoders/pooling.ts";
import { TEXT_SOURCES } from "../../embedding/text-source.ts";
import { DEVICES } from "../../engine/session/device.ts";
import { REPLY_TIMEOUT_SECONDS } from "../../servers/clock.ts";

/** Which encoder, and what only some of them understand. */
export const encoderSettings = z.object({
  encoder: z
    .string()
    .default("lsa")
    .describe("encode texts by lsa, transformer:DIR_OR_HUB_ID, ollama:MODEL, openai:MODEL or random (a control)")
    .meta({ value: "KIND:MODEL" }),
  dimensions: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe("lsa, random, openai: length of a vector, at most")
    .meta({ unit: "numbers", absent: `${LSA_DIMENSIONS}, for openai the model's own` }),
  bigrams: z.boolean().default(false).describe("lsa: count pairs of neighbouring words as terms too"),
  pooling: z
    .enum(POOLINGS)
    .optional()
    .describe("transformer: how one vector is made from many")
    .meta({ absent: "as the checkpoint says, else easyrec if it has that layer, else mean" }),
  maxTokens: z
    .number()
    .int()
    .min(3)
    .optional()
    .describe("transformer: cut longer texts")
    .meta({ unit: "tokens", absent: "the checkpoint's limit" }),
  device: z.enum(DEVICES).optional().describe("transformer: compute on this device").meta({ absent: "cpu" }),
  timeoutSeconds: z
    .number()
    .positive()
    .optional()
    .describe("ollama, openai: wait so long for one reply")
    .meta({ unit: "seconds", absent: String(REPLY_TIMEOUT_SECONDS) }),
});

export type EncoderSettings = Readonly<z.input<typeof encoderSettings>>;

const source = z.enum(TEXT_SOURCES).default("feature");

export const embedSettings = z.object({
  ...encoderSettings.shape,
  name: z
    .string()
    .optional()
    .describe("write the vectors into embeddings/NAME of the dataset")
    .meta({ absent: "the encoder's name, with -ITEMS-USERS behind it for other texts than features, and -whitened" }),
  itemText: source.describe("text to embed for items"),
  userText: source.describe("text to embed for users"),
  whiten: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("divide every principal axis by its spread to this power, so that all directions count; 1 wholly, 0 not"),
  seed: z.number().int().default(WORK_SEED).describe("lsa, random: draw by this seed"),
});
