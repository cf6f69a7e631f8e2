// RSL-proxy: what can be built of RecSysLLM from its description; there is no public code, and its backbone (a GLM of
// about ten billion parameters), its low-rank tuning and its entity-level decoding are not here. Prompts as P5's; half
// of the training batches fill masked entities into textualised histories (`infilling.ts`).
import { generativeDefinition } from "../generative/definition.ts";
import { MICRO_BATCHES, MINI, T5_AS_PUBLISHED, TINY } from "../generative/options/presets.ts";
import type { GenerativeSystem } from "../generative/options/system.ts";
import { P5_PAPER, P5_PROMPTS, P5_SMALL_MODEL } from "../p5/p5.ts";
import { infilling } from "./infilling.ts";

export const rslProxy: GenerativeSystem = {
  name: "rsl-proxy",
  title: "RSL-proxy",
  citation:
    "After Chu, Hao, Ouyang, Wang, Wang, Shen, Gu, Cui, Li, Xue, Zhang, Li. Leveraging Large Language Models for Pre-trained Recommender Systems. arXiv 2308.10837, 2023: a proxy, built from the description alone.",
  needsEmbeddings: false,
  fixed: { ...P5_PROMPTS, segments: "any" },
  presets: {
    tiny: { ...TINY, ...P5_SMALL_MODEL },
    mini: { ...MINI, ...P5_SMALL_MODEL },
    /** T5-small; optimiser and schedule as POD's, since the paper's are unknown. */
    small: { learningRate: 5e-4 },
    /** The same from T5-small's weights, as ISRF's preset of this name. */
    paper: { learningRate: 5e-4, ...T5_AS_PUBLISHED, ...MICRO_BATCHES[64] },
  },
  paper: P5_PAPER,
  extraTask: infilling,
};

export const rslProxyDefinition = generativeDefinition(rslProxy);
