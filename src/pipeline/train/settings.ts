// Settings of a training, with their words and defaults.
import { z } from "zod";
import { WORK_SEED } from "../../base/seeds.ts";
import { SENTENCE_KINDS } from "../../data/explanations/sentence-kinds.ts";
import { ITEM_NUMBERS, PROTOCOLS } from "../../data/protocols/protocol.ts";
import { DEVICES } from "../../engine/session/device.ts";
import { threads } from "../../runs/settings.ts";

export const trainSettings = z.object({
  model: z.string().default("isrf").describe('train this model, by its name in "isrf models"'),
  preset: z
    .string()
    .default("mini")
    .describe(
      "start from this set of option values: tiny (demo), mini (CPU), small (T5-small's size), or, with T5-small's weights, paper (ISRF as printed) or authors (as its authors' code runs it)",
    ),
  embeddings: z.string().default("lsa").describe("read the dataset's embeddings of this name"),
  protocol: z
    .enum(PROTOCOLS)
    .default("strict")
    .describe(
      "strict hides each user's last two items from training; paper does as published code does, leaks included",
    ),
  itemNumbers: z
    .enum(ITEM_NUMBERS)
    .default("prefix")
    .describe(
      "strict: number items by first appearance in training prefixes, or at random, for models that write numbers",
    ),
  sentences: z
    .enum(SENTENCE_KINDS)
    .optional()
    .describe("what the third task learns: sentences of reviews (data import --explanations), or of reasoned texts")
    .meta({ absent: "reviews, where the dataset has them" }),
  seed: z.number().int().default(WORK_SEED).describe("draw by this seed; equal settings give equal runs on a CPU"),
  device: z.enum(DEVICES).default("cpu").describe("compute on this device"),
  threads,
  out: z.string().describe("write the run into this directory").meta({ value: "RUN" }),
  from: z
    .string()
    .optional()
    .describe(
      "start from the parameters of this finished run, on the same data or a later version; its settings count where none are given",
    )
    .meta({ value: "RUN" }),
  resume: z.boolean().default(false).describe("go on with the run in --out, which keeps its settings"),
});
