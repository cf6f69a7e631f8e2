// Options that every id model has, with defaults of RecBole's `overall.yaml` where a published value exists [B:
// RecBole, A: the authors' code, R: our resolution]. A model's own file adds its own.
import { z } from "zod";
import { above, needs } from "../options/needs.ts";
import { count, notNegative, positive, positiveCount } from "../options/number-types.ts";
import { inGroup } from "../options/option.ts";

export const sharedOptions = {
  ...inGroup("model", {
    width: positiveCount
      .default(64)
      .describe("d, width of user and item vectors [B]")
      .meta({ alias: ["embedding_size"] }),
  }),
  ...inGroup("training", {
    learningRate: positive
      .default(1e-3)
      .describe("Adam learning rate, constant [B]")
      .meta({ alias: ["learning_rate"] }),
    weightDecay: notNegative
      .default(0)
      .describe("decoupled weight decay of AdamW [B: 0]")
      .meta({ akin: { weight_decay: "decoupled from the gradient here, part of it in RecBole" } }),
    batch: positiveCount
      .default(2048)
      .describe("training instances per step [B]")
      .meta({ alias: ["train_batch_size"] }),
    epochs: positiveCount.default(300).describe("most epochs [B]"),
    patience: positiveCount
      .default(10)
      .describe("epochs without improvement before stopping [B]")
      .meta({ akin: { stopping_step: "RecBole stops one epoch later" } }),
    validationUsers: count.default(0).describe("users per validation, fixed by the seed; 0 = all [R]"),
    maxMinutes: notNegative
      .default(0)
      .describe("stop after the epoch in which this much training time is used up; 0 = no limit"),
    checkpointEvery: positiveCount.default(500).describe("steps between checkpoints to resume from"),
  }),
};

/** Longest history that is read. */
export const historyOption = positiveCount
  .default(50)
  .describe("most recent items that are read [A, B]")
  .meta({ alias: ["MAX_ITEM_LIST_LENGTH"] });

const SEQUENCE_LOSSES = ["ce", "bpr"] as const;
export type SequenceLoss = (typeof SEQUENCE_LOSSES)[number];

/** Option `loss` of models that predict the next item. */
export const sequenceLoss = inGroup("loss", {
  loss: z
    .enum(SEQUENCE_LOSSES)
    .default("ce")
    .describe("ce: cross entropy over all items [B]; bpr: one uniform negative [B]")
    .meta({ alias: ["loss_type"] }),
});

export interface SampledSoftmax {
  readonly negatives: number;
  readonly pool: number;
}

/** Options of a softmax among the target and uniform draws. */
export const sampledSoftmax = (negatives: number) =>
  inGroup("loss", {
    negatives: count
      .default(negatives)
      .describe("softmax among the target and so many uniform draws; 0 = among all items")
      .meta({ off: 0 }),
    pool: positiveCount
      .default(2048)
      .describe("draws of a step that all positions share; each weighs negatives / pool")
      .meta(needs({ negatives: above(0) })),
  });

/** Size of a transformer: blocks, heads, widths, and its dropout. */
export const transformerOptions = {
  width: sharedOptions.width.meta({ alias: ["hidden_size"] }),
  layers: positiveCount
    .default(2)
    .describe("transformer blocks [A, B]")
    .meta({ alias: ["n_layers"] }),
  heads: positiveCount
    .default(2)
    .describe("attention heads, a divisor of the width [B; A: 1]")
    .meta({ alias: ["n_heads"] }),
  inner: positiveCount
    .default(256)
    .describe("width inside the feed-forward layers [B; A: 50]")
    .meta({ alias: ["inner_size"] }),
};

/** `dropout` of a transformer; RecBole has two. */
export const ONE_DROPOUT = {
  akin: {
    hidden_dropout_prob: "one share for embeddings, attention and sublayers",
    attn_dropout_prob: "one share for embeddings, attention and sublayers",
  },
};

/** Option `selection`: what the best epoch is chosen by. */
export const selectionOption = (start: "sequential" | "direct") =>
  inGroup("training", {
    selection: z
      .enum(["sequential", "direct", "both"])
      .default(start)
      .describe("task whose NDCG@10 on validation items chooses the best epoch; both = their mean [R]"),
  });

const sharedSchema = z.object({ ...sharedOptions, ...selectionOption("sequential") });

export type IdOptions = z.infer<typeof sharedSchema>;

/** Option `regularisation` of the graph models. */
export const regularisationOption = notNegative
  .default(1e-4)
  .describe("weight of half the squared lengths of the batch's vectors before propagation, per pair [A of LightGCN]")
  .meta({ akin: { reg_weight: "lengths are squared here, which in RecBole require_pow=true asks for" } });

/** Small settings for tests and small shops, beside each model's defaults (`mini`). */
export const TINY = {
  width: 32,
  batch: 256,
  learningRate: 5e-3,
  epochs: 30,
  patience: 5,
  checkpointEvery: 50,
} as const;

/** `mini` is the published configuration: it fits a CPU as it is. */
export function presetsWith<const Tiny extends object>(tiny: Tiny) {
  return { mini: {}, tiny: { ...TINY, ...tiny } };
}
