// ELMRec: POD's prompts, and graph-aware whole words in the direct task - a random table of users and items, propagated
// by LightGCN and trained jointly. Sequential prompts keep ordinal whole words; every whole word is multiplied by alpha
// (`beta`). Deviations: our wordings; explanations are learnt in preset `paper` alone; one table and one alpha for both
// tasks, where the paper's have their own. This is ISRF without texts, adapter, similar users and contrastive losses:
// one code path, which a test holds to that.
import { generativeDefinition } from "../generative/definition.ts";
import {
  MICRO_BATCHES,
  MINI,
  type Options,
  T5_AS_PUBLISHED,
  THREE_TASKS,
  TINY,
  withoutCheckpoint,
} from "../generative/options/presets.ts";
import { type GenerativeSystem, WITHOUT_GROUP } from "../generative/options/system.ts";

/** Users are named by codes, since no interest names them in sequential prompts; the rest as ISRF has it. */
const SMALL_MODEL = {
  templates: "bare",
  beta: 1,
  userCodes: "random",
  interaction: true,
  interestLearningRate: 1e-4,
} as const satisfies Options;

export const elmrec: GenerativeSystem = {
  name: "elmrec",
  title: "ELMRec",
  citation:
    "Wang, Cui, Fukumoto, Suzuki. Enhancing High-order Interaction Awareness in LLM-based Recommender Model. EMNLP 2024.",
  needsEmbeddings: false,
  fixed: {
    ...WITHOUT_GROUP,
    itemSource: "free",
    sequentialWord: "position",
    sequentialUser: "shared",
    directWord: "individual",
    ordinals: "ids",
    promptStart: "normal",
    segments: "any",
  },
  presets: {
    tiny: { ...TINY, ...SMALL_MODEL, prompts: 2, interestEvery: 8 },
    mini: { ...MINI, ...SMALL_MODEL, interestEvery: 16 },
    /** The paper's form: T5-small, worded prompts, a random graph table trained jointly from the first step. */
    small: {},
    /** The same from T5-small's weights, as ISRF's preset of this name. */
    paper: { ...T5_AS_PUBLISHED, ...THREE_TASKS, ...MICRO_BATCHES[64] },
  },
  follows: withoutCheckpoint,
};

export const elmrecDefinition = generativeDefinition(elmrec);
