// The shape of `evaluation.json`, which is also what `isrf evaluate --json` prints: read back by it, and published as
// docs/json/evaluate.schema.json.
import { z } from "zod";
import { checksumSchema } from "../../base/checksums.ts";

const count = z.int().min(0);
const share = z.number().min(0).max(1);
/** Such as `{ "HR@10": 0.31, "NDCG@10": 0.18 }`. */
const metrics = z.record(z.string(), z.number()).describe("metric values by name, such as HR@10");
const interval = z
  .object({ value: z.number(), low: z.number(), high: z.number() })
  .describe("the mean over all users, and the ends of its 95 % bootstrap interval");
const usersApart = z.object({ users: count, metrics });

const system = z.looseObject({
  name: z.string(),
  kind: z
    .enum(["model", "yardstick", "canary", "fused"])
    .describe("trained; untrained, for comparison; high only where data leaks; a sum of several systems"),
  metrics: z.record(z.string(), interval).describe("by name, such as HR@10"),
  seconds: z.number(),
  lists: z
    .looseObject({ k: count, coverage: share, novelty: z.number(), gini: z.number() })
    .optional()
    .describe("of the first k places of all lists; absent where every list was empty"),
  buckets: z
    .array(
      z.looseObject({
        by: z.enum(["user activity", "item popularity"]),
        label: z.string(),
        users: count,
        metrics,
      }),
    )
    .optional()
    .describe("users apart by training interactions of their own, or of the item they are asked for"),
  unanswered: count
    .optional()
    .describe("people whom it cannot answer, as training saw nothing of them: their questions count as misses"),
  coldItemsByChance: z
    .literal(true)
    .optional()
    .describe("items are asked for that training never saw, and it knows nothing of them: their order is chance"),
  fusion: z.string().optional().describe("what a fused system adds up"),
  decoding: z
    .looseObject({ hypotheses: count, invalid: share, duplicate: share, outside: share })
    .optional()
    .describe("what free decoding wrote, as shares of all hypotheses"),
  raw: z
    .looseObject({ metrics, repeatedLists: share, filled: share })
    .optional()
    .describe("protocol paper with free decoding: as public evaluators count"),
  leakage: z
    .object({ leaked: usersApart, clean: usersApart })
    .optional()
    .describe("users whose own held-out pair is an edge of the training graph, and the others"),
});

const weight = z.object({ label: z.string(), weight: z.number() });
const figures = z.object({ users: count, hr10: z.number(), ndcg10: z.number() });
const grouped = z.object({ all: figures, "short history": figures, "rare item": figures });

/** Records of before errors were taken hold numbers. */
const gain = z.union([z.object({ gain: z.number(), error: z.number().optional() }), z.number()]);

const evidence = z.looseObject({
  weights: z.array(
    z.looseObject({
      task: z.enum(["sequential", "direct"]),
      terms: z.array(
        z.looseObject({
          term: z.string(),
          byHistory: z.array(weight).describe("by the items of the history, for an item taken as often as most are"),
          byCount: z.array(weight).describe("by training interactions of the item, after a history of middle length"),
          popularCandidates: z
            .number()
            .optional()
            .describe("direct: what is added where candidates are as popular as what people take"),
        }),
      ),
    }),
  ),
  worth: z
    .array(
      z.looseObject({
        question: z.string(),
        whole: grouped,
        witnesses: z.array(z.object({ witness: z.string(), without: grouped })),
      }),
    )
    .describe("on validation users that taught no weights: all, those of short histories, those of rare answers"),
  alsoChose: count.optional().describe("of the users behind worth, how many chose a checkpoint too"),
  generator: z
    .object({ sequential: gain, direct: gain })
    .optional()
    .describe("what the generator adds to the mean log-likelihood of unseen answers; heard above twice its error"),
});

const sentences = z.looseObject({
  source: z.enum(["reviews", "texts"]).describe("who wrote the references: people, or a rule from reasoned texts"),
  hash: z.string().optional().describe("SHA-256 over the references, where people wrote them"),
  pairs: count.describe("pairs of user and item that were written on"),
  available: count.describe("pairs that could have been"),
  asks: z.enum(["held-out items", "the review file's own part"]).describe("which pairs these are"),
  learnt: count.describe("of the pairs, those whose sentence training learnt: a leak"),
  empty: count.describe("sentences that the model ended at once"),
  decoding: z.looseObject({ beams: count, leastTokens: count, mostTokens: count }),
  bleu: z.string().describe("what BLEU was computed with"),
  metrics: metrics.describe("BLEU-1, BLEU-4 (0 to 100), ROUGE-1, -2, -L, distinct-1, -2, USR, FMR, FCR, DIV"),
  examples: z.array(z.looseObject({ userIndex: count, itemIndex: count, written: z.string(), reference: z.string() })),
  seconds: z.number(),
});

export const evaluationSchema = z.looseObject({
  format: z.literal(1),
  kind: z.literal("evaluation"),
  productVersion: z.string(),
  system: z.string().describe("name of the evaluated recommender"),
  dataset: z.looseObject({
    name: z.string(),
    hash: z.string(),
    asks: z.string().optional().describe("what the questions of a split dataset are, in words"),
  }),
  split: z.enum(["valid", "test"]).describe("which held-out item was asked for"),
  protocol: z.enum(["strict", "paper"]),
  modelVersion: z
    .string()
    .optional()
    .describe("tells the trained model that was evaluated from a later one in the same directory"),
  startedFrom: z
    .object({ directory: z.string(), hash: z.string() })
    .optional()
    .describe("the run whose parameters the training started from, and the hash of its checkpoint"),
  fusedWith: z
    .object({ directory: z.string(), hash: z.string(), seed: z.int() })
    .optional()
    .describe("the run of a graph model whose scores fused rows add up, the hash of what was trained there, its seed"),
  vectors: z.string().optional().describe("SHA-256 of the item vectors that rows beside the model read"),
  seed: z.int().describe("chose the users, shuffled the candidates and drew the resamples"),
  users: z.object({ evaluated: count, total: count }),
  tasks: z.array(
    z.looseObject({
      task: z.enum(["sequential", "direct"]),
      among: z
        .literal("cold items")
        .optional()
        .describe("what could be answered, where that is a part of the catalogue"),
      candidates: z.enum(["uniform", "popularity"]).optional().describe("how negatives were drawn; direct only"),
      users: count,
      answers: z.number().describe("mean size of the answer space"),
      coldTargets: share.describe("users whose held-out item occurs in no training prefix"),
      random: metrics.describe("what a random order scores"),
      systems: z.array(system).min(1).describe("the evaluated recommender first"),
    }),
  ),
  sentences: sentences.optional().describe("where the model learnt to write sentences and was asked for some"),
  checks: z.array(z.looseObject({ name: z.string(), verdict: z.enum(["ok", "fail", "unknown"]), detail: z.string() })),
  fingerprint: z
    .looseObject({ hash: z.string() })
    .describe("what must be equal before two evaluations may stand in one table"),
  seconds: z.number(),
  without: z.array(z.string()).optional().describe("terms of the scores that were left out"),
  favourNew: z.number().optional().describe("what was added to the scores of items that training never saw"),
  evidence: evidence
    .optional()
    .describe("where scores are sums of named terms: how far each is believed, and what answers are worth without it"),
  ranks: z
    .record(z.string(), checksumSchema.extend({ file: z.string().regex(/^ranks-[a-z-]+\.[0-9a-f]{8}\.json$/) }))
    .optional()
    .describe("files of per-user ranks, by question; absent where older versions stored them as ranks-QUESTION.json"),
});
