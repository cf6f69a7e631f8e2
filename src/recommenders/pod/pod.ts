// POD: prompt vectors in front of worded prompts, so that the bare prompt suffices at test ("prompt distillation":
// there is no teacher). Whole words count id words, in both tasks, and are added as they are. Deviations: our wordings;
// the paper's third task, explaining, is trained in preset `paper` alone; `tiny` and `mini` ask in bare prompts alone,
// without what they distil from.
import { generativeDefinition } from "../generative/definition.ts";
import {
  MICRO_BATCHES,
  MINI,
  type Options,
  T5_AS_PUBLISHED,
  THREE_TASKS,
  TINY,
} from "../generative/options/presets.ts";
import { type GenerativeSystem, ORDINAL_WORDS, WITHOUT_GROUP } from "../generative/options/system.ts";

/**
 * The bare prompt alone, as ISRF and ELMRec have it there; users are named by codes, where worded prompts write
 * user_12.
 */
const SMALL_MODEL = { templates: "bare", userCodes: "random" } as const satisfies Options;

/** Learning rate of the authors' runs on Beauty and Toys (Sports: `--set learningRate=1e-3`). */
const PAPERS = { learningRate: 5e-4 } as const satisfies Options;

export const pod: GenerativeSystem = {
  name: "pod",
  title: "POD",
  citation: "Li, Zhang, Chen. Prompt Distillation for Efficient LLM-based Recommendation. CIKM 2023.",
  needsEmbeddings: false,
  fixed: { ...WITHOUT_GROUP, ...ORDINAL_WORDS, ordinals: "ids", promptStart: "uniform", segments: "any" },
  presets: {
    tiny: { ...TINY, ...SMALL_MODEL, prompts: 2 },
    mini: { ...MINI, ...SMALL_MODEL },
    /** The paper's form at T5-small's size. */
    small: PAPERS,
    /** The same from T5-small's weights, as ISRF's preset of this name. */
    paper: { ...PAPERS, ...T5_AS_PUBLISHED, ...THREE_TASKS, ...MICRO_BATCHES[64] },
  },
};

export const podDefinition = generativeDefinition(pod);
