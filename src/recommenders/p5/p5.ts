// P5: worded prompts in training and at test, no prompt vectors, and whole words that count every word of the prompt.
// Of the paper's five task families the two that are asked here, and in preset `paper` explanations. Deviations: our
// wordings and items written as `item_12`, as all generative systems here; whole words also at test, which the authors'
// code trains with and then leaves out.
import { generativeDefinition } from "../generative/definition.ts";
import { MICRO_BATCHES, MINI, type Options, T5_AS_PUBLISHED, TINY } from "../generative/options/presets.ts";
import { type GenerativeSystem, ORDINAL_WORDS, WITHOUT_GROUP } from "../generative/options/system.ts";

/** What makes prompts P5's; RSL-proxy asks in the same words. */
export const P5_PROMPTS = {
  ...WITHOUT_GROUP,
  ...ORDINAL_WORDS,
  templates: "worded",
  ordinals: "words",
  prompts: 0,
  promptStart: "normal",
} as const satisfies Options;

/** Users are named by codes, where the text form writes user_12. */
export const P5_SMALL_MODEL = { userCodes: "random" } as const satisfies Options;

/** Under protocol `paper` too, the decoder does not attend to the prompt's padding, and padding is no label. */
export const P5_PAPER = { promptPadding: "masked", labelPadding: "masked" } as const satisfies Options;

/** The paper's optimiser; prompts hold 512 tokens, about a hundred items. */
const PAPERS = {
  schedule: "linear",
  warmupShare: 0.05,
  clipNorm: 1,
  epochs: 10,
  batch: 128,
  maxHistory: 100,
} as const satisfies Options;

export const p5: GenerativeSystem = {
  name: "p5",
  title: "P5",
  citation:
    "Geng, Liu, Fu, Ge, Zhang. Recommendation as Language Processing (RLP): A Unified Pretrain, Personalized Prompt & Predict Paradigm (P5). RecSys 2022.",
  needsEmbeddings: false,
  fixed: { ...P5_PROMPTS, segments: "ends" },
  paper: P5_PAPER,
  presets: {
    tiny: { ...TINY, ...P5_SMALL_MODEL },
    mini: { ...MINI, ...P5_SMALL_MODEL },
    small: PAPERS,
    /** The same from T5-small's weights, as ISRF's preset of this name. */
    paper: { ...PAPERS, ...T5_AS_PUBLISHED, ...MICRO_BATCHES[128], tasks: "three" },
  },
};

export const p5Definition = generativeDefinition(p5);
