// Decoding: how items are written.
import { z } from "zod";
import { needs } from "../../options/needs.ts";
import { count, positiveCount } from "../../options/number-types.ts";
import { inGroup } from "../../options/option.ts";
import { ASKED } from "./conditions.ts";

export const decoding = inGroup("decoding", {
  beams: positiveCount
    .default(20)
    .describe("beams of both tasks [R; E: 20 direct, 30 sequential]")
    .meta(needs([ASKED.direct, { sequentialBeams: 0 }])),
  sequentialBeams: count
    .default(0)
    .describe("beams of the sequential task where they differ; 0 = beams [E: 30]")
    .meta({ ...needs(ASKED.sequential), off: 0 }),
  lengthPenalty: z.number().default(1).describe("exponent of the length in beam scores [E]"),
  decoding: z
    .enum(["tree", "free"])
    .default("tree")
    .describe(
      "tree: only valid, distinct items can be generated; free: as the literature does, with invalid and duplicate rates",
    ),
});
