// What a generative system is: a name, and its place in the common space of options.
import { type Asked, type OptionSpace, resolveOptions } from "../../options/resolve-options.ts";
import type { ExtraTask } from "../examples/extra-task.ts";
import { whyGone } from "./gone.ts";
import { checkCombination, type GenerativeOptions, generativeSchema, PROTOCOL_OPTIONS } from "./options.ts";
import { dividedBatch } from "./parts.ts";
import type { Options, PresetName, PublishedName } from "./presets.ts";

export interface GenerativeSystem {
  /** Lower-case name, as typed after --model. */
  readonly name: string;
  readonly title: string;
  readonly citation: string;
  readonly needsEmbeddings: boolean;
  /** Options that make it this system: nobody can set them. */
  readonly fixed: Options;
  readonly presets: Readonly<Record<PresetName, Options> & Partial<Record<PublishedName, Options>>>;
  /** Values over a preset's and under the user's that follow from what the user asks. */
  readonly follows?: (preset: Options, given: Readonly<Record<string, unknown>>) => Options;
  /** Where the authors' code differs from POD's and ELMRec's, which protocol `paper` follows. */
  readonly paper?: Options;
  /** A further task of training, beside the two that are asked. */
  readonly extraTask?: ExtraTask;
}

/** No group interests: no similar users, no contrastive losses, no texts. */
export const WITHOUT_GROUP = {
  groupWord: false,
  groupEvery: 0,
  lambdaDirect: 0,
  lambdaSequential: 0,
} as const satisfies Options;

/** Whole words that count words, with one scale for all: no table of interests in the prompts. */
export const ORDINAL_WORDS = {
  sequentialWord: "position",
  sequentialUser: "shared",
  directWord: "position",
  interaction: false,
  beta: 1,
  itemSource: "free",
  interestEvery: 0,
} as const satisfies Options;

/** Nothing of systems that read no texts holds any: neither their codes, nor the size of their items. */
const WITHOUT_TEXTS = { codeTexts: 0.5, itemSize: "own" } as const satisfies Options;

/** Everything a user may set in a system, and what it starts from. */
export function optionSpace({
  name,
  needsEmbeddings,
  presets,
  fixed,
  paper,
  follows,
}: GenerativeSystem): OptionSpace<GenerativeOptions> {
  return {
    model: name,
    schema: generativeSchema,
    presets,
    fixed: needsEmbeddings ? fixed : { ...WITHOUT_TEXTS, ...fixed },
    protocols: { ...PROTOCOL_OPTIONS, paper: { ...PROTOCOL_OPTIONS.paper, ...paper } },
    check: (options) => checkCombination(name, options, needsEmbeddings),
    whyGone,
    follows: (preset, given) => ({ ...follows?.(preset, given), ...dividedBatch(preset, given) }),
  };
}

/** Every option of a system; see `resolveOptions`. */
export function systemOptions(system: GenerativeSystem, preset: string, asked?: Asked): GenerativeOptions {
  return resolveOptions(optionSpace(system), preset, asked);
}
