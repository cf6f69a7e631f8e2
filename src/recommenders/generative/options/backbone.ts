// The backbone: how prompts and items are written for it, and its size.
import { z } from "zod";
import { TEMPLATE_USES } from "../../../backbone/templates.ts";
import { above, needs } from "../../options/needs.ts";
import { codeTokens, count, dropoutShare, fraction, positive, positiveCount } from "../../options/number-types.ts";
import { inGroup } from "../../options/option.ts";
import { COMPACT } from "./conditions.ts";

/** Says of a preset that names a checkpoint that it starts without one. */
export const FROM_SCRATCH = "none";

export const backbone = inGroup("backbone", {
  promptForm: z
    .enum(["text", "compact"])
    .default("text")
    .describe("text: worded templates and id words [P]; compact: one position an item, a few code tokens an item [R]"),
  checkpoint: z
    .string()
    .default("")
    .describe(
      "T5 to start from: a Hugging Face directory, or a hub id such as google-t5/t5-small, fetched once; empty or none = from scratch (text form only) [P: T5-small]",
    ),
  width: positiveCount.default(512).describe("d, width of backbone and interests [P]"),
  layers: positiveCount.default(6).describe("encoder and decoder layers each [P]"),
  dropout: dropoutShare
    .default(0.1)
    .describe("dropout of the backbone, and of what heads read of the history; at most 0.5 [P: T5-small's]"),
  templates: z
    .enum(TEMPLATE_USES)
    .default("worded+bare")
    .describe(
      "wordings drawn in training: worded+bare, the bare one validates and tests [P, E, D]; worded, a worded one tests [5]; bare: none [R]",
    ),
  codeTokens: codeTokens
    .default(2)
    .describe(
      "code tokens an item (and a user, where users are named by codes): two fill their tree, more leave room for new items [R]",
    )
    .meta(needs(COMPACT)),
  itemCodes: z
    .enum(["interests", "text+interests", "random"])
    .default("interests")
    .describe(
      "compact item codes are clusters of individual interests, so that alike items share tokens, of texts and interests together, or of noise [R]",
    )
    .meta(needs(COMPACT)),
  codeTexts: fraction
    .default(0.5)
    .describe("share of the text in the squared length of what text+interests codes cluster [R]")
    .meta(needs({ ...COMPACT, itemCodes: "text+interests" })),
  codeStart: z
    .enum(["noise", "centroids"])
    .default("noise")
    .describe("embeddings of item codes at the start: noise [P], or the centroids that they stand for [R]")
    .meta({ ...needs({ ...COMPACT, itemCodes: ["interests", "text+interests"] }), off: "noise" }),
  userCodes: z
    .enum(["none", "random"])
    .default("none")
    .describe("compact prompts name the user by code tokens of noise, as worded ones write user_12 [R]")
    .meta({ ...needs(COMPACT), off: "none" }),
  prompts: count.default(3).describe("p, learned prompt vectors per task [E]; 0 = none [5]"),
  promptPlace: z
    .enum(["before", "after"])
    .default("before")
    .describe("prompt vectors before the text, without a whole word [E, A], or after it, with omega_0 [P, A5]")
    .meta(needs({ prompts: above(0) })),
  promptStart: z
    .enum(["normal", "uniform"])
    .default("normal")
    .describe("start of prompt vectors: N(0, 1), or tokenScale where words are normalised [E]; U(-.1, .1) [D]")
    .meta(needs({ prompts: above(0) })),
  tokenScale: positive
    .default(1)
    .describe("standard deviation of token embeddings at the start [P: T5's initialisation]")
    .meta(needs([{ checkpoint: ["", FROM_SCRATCH] }, { normaliseWords: true }])),
  promptPadding: z
    .enum(["masked", "visible"])
    .default("masked")
    .describe("visible: the decoder attends to the prompt's padding, as in POD and ELMRec (protocol paper only) [E]"),
});
