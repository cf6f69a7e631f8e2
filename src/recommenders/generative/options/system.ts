// What a generative system is: a name, and its place in the common space of options.
import { z } from "zod";
import { UsageError } from "../../../base/errors.ts";
import type { ExtraTask } from "../examples/extra-task.ts";
import { whyGone } from "./gone.ts";
import { checkCombination, type GenerativeOptions, generativeSchema } from "./options.ts";
import type { Options, PresetName } from "./presets.ts";

export interface GenerativeSystem {
  /** Lower-case name, as typed after --model. */
  readonly name: string;
  readonly title: string;
  readonly citation: string;
  readonly needsEmbeddings: boolean;
  /** Options that make it this system: nobody can set them. */
  readonly fixed: Options;
  /** Options without effect in this system: nobody is shown them. */
  readonly idle: readonly (keyof GenerativeOptions)[];
  readonly presets: Readonly<Record<PresetName, Options>>;
  /** Where the authors' code differs from POD's and ELMRec's, which protocol `paper` follows. */
  readonly paper?: Options;
  /** A further task of training, beside the two that are asked. */
  readonly extraTask?: ExtraTask;
}

/** How group interests are made and taught; idle where a system has none. */
export const GROUP_DETAILS = [
  "neighbours",
  "neighbourSearch",
  "groupLayers",
  "groupSelf",
  "groupStart",
  "temperature",
  "distillTeacher",
] as const;

/** No group interests: no similar users, no contrastive losses, no texts. */
export const WITHOUT_GROUP = {
  groupWord: false,
  groupEvery: 0,
  lambdaDirect: 0,
  lambdaSequential: 0,
} as const satisfies Options;

/** How texts become item interests; idle where a system has none. */
export const TEXT_DETAILS = ["semanticWidth"] as const;

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

/** How interests learn beside the backbone; idle where prompts do not read them. */
export const INTEREST_DETAILS = ["interestLearningRate"] as const;

/** The options that users of a system may set. */
export function schemaOf({ fixed, idle }: GenerativeSystem): z.ZodObject {
  const hidden = new Set<string>([...Object.keys(fixed), ...idle]);
  return z.strictObject(
    Object.fromEntries(Object.entries(generativeSchema.shape).filter(([name]) => !hidden.has(name))),
  );
}

/** Preset, then overrides, and what is fixed: every option. @throws UsageError naming the option that is wrong. */
export function systemOptions(
  system: GenerativeSystem,
  preset: string,
  overrides: Readonly<Record<string, unknown>> = {},
): GenerativeOptions {
  const { name, presets, fixed } = system;
  const base = (presets as Readonly<Record<string, Options>>)[preset];
  if (base === undefined) throw new UsageError(`preset ${preset}: expected one of ${Object.keys(presets).join(", ")}.`);
  const parsed = schemaOf(system).safeParse({ ...base, ...overrides });
  if (!parsed.success) throw new UsageError(wrongOption(system, parsed.error.issues[0]!));
  return checkCombination(name, generativeSchema.parse({ ...parsed.data, ...fixed }));
}

function wrongOption({ name, fixed }: GenerativeSystem, issue: z.core.$ZodIssue): string {
  const keys = issue.code === "unrecognized_keys" ? issue.keys : undefined;
  const where = keys?.join(", ") ?? issue.path.join(".");
  const set = keys?.find((key) => key in fixed) as keyof Options | undefined;
  if (set !== undefined) return `option ${set}: ${name} is the system where it is ${fixed[set]}; it cannot be set.`;
  const gone = keys?.map(whyGone).find((why) => why !== undefined);
  if (gone !== undefined) return gone;
  return `option ${where}: ${issue.message}. \`isrf models ${name}\` lists all options.`;
}
