// The forms of ISRF that studies take apart.
import type { Protocol } from "../../../data/index.ts";
import { fewestParts } from "../../../recommenders/generative/index.ts";
import { WITNESS_OPTIONS } from "../../../recommenders/isrf/index.ts";
import { applies, ownNames, resolveOptions, settableOptions } from "../../../recommenders/options/index.ts";
import { trainable } from "../../../recommenders/registry.ts";
import type { SystemConfig } from "../study-config.ts";
import type { Form } from "./settings.ts";

type Settings = SystemConfig["set"];

/** Which has several forms. */
const MODEL = "isrf";

/** Presets that hold the paper's parts alone already. */
const PAPERS_OWN: readonly string[] = ["small", "paper", "authors"];

/** As print has it, from T5-small's weights. */
const PAPER = "paper";

/** What a smaller preset gives the paper's: width of everything, depth, and how long it trains. */
const SIZES = ["width", "layers", "semanticWidth", "batch", "visitsPerEpoch", "epochs", "validationUsers"] as const;

/** Prompts with 100 worded candidates that are in memory at once, at most. */
const MICRO_BATCH = 16;

/**
 * Losses and rates at which the refinement happens (docs/isrf.md, "Whether the two losses are alive"): the printed sums
 * tell no user from another, and H stays where it was drawn at E_u's rate, or where a step is small beside its spread.
 */
const ALIVE: Settings = { lossForm: "cross-pair", distillTeacher: "e", groupLearningRate: 1e-2, groupSigma: 1 };

/** A preset that adds to the paper, without what answers beside the decoder. Its prompts, rows and sampling stay. */
const DECODER_ALONE: Settings = {
  ...Object.fromEntries(Object.values(WITNESS_OPTIONS).map((name) => [name, false])),
  itemHead: 0,
  candidateHead: 0,
  interestEvery: 1,
  groupEvery: 1,
  interestLearningRate: 1e-3,
  lambdaDirect: 1,
  lambdaSequential: 1,
  itemSource: "semantic",
};

export interface Formed {
  /** The study's preset. */
  readonly preset: string;
  readonly protocol: Protocol;
  /** Option values that a user set. */
  readonly set: Settings;
}

/** ISRF in a form: which preset it starts from, and option values over it. */
export function formOf(form: Form, { preset, protocol, ...asked }: Formed): Pick<Formed, "preset" | "set"> {
  const set = ownNames(trainable(MODEL).options, asked.set).values as Settings;
  if (form === "product" || PAPERS_OWN.includes(preset)) return { preset, set };
  if (form === "decoder") return { preset, set: { ...DECODER_ALONE, ...set } };
  return { preset: PAPER, set: beside({ preset: PAPER, protocol, set: paperAtSizes({ preset, protocol, set }) }, set) };
}

/** Preset `paper` from scratch at the sizes of a smaller one, with losses that act. */
function paperAtSizes({ preset, protocol, set }: Formed): Settings {
  const sizes = trainable(MODEL).options.presets[preset] ?? {};
  const { batch } = { ...sizes, ...set };
  return {
    checkpoint: "none",
    ...(Object.fromEntries(SIZES.flatMap((name) => (name in sizes ? [[name, sizes[name]]] : []))) as Settings),
    ...partsOf(batch),
    // Rivals of these sizes rank valid items there, and rows that write freely cannot be compared with them.
    ...(protocol === "strict" ? { decoding: "tree" } : {}),
    ...ALIVE,
  };
}

/** The micro-batches of a batch; of what is none, which a training refuses in its own words, nothing. */
function partsOf(batch: unknown): Settings {
  const isBatch = typeof batch === "number" && Number.isInteger(batch) && batch >= 1;
  return isBatch ? { accumulate: fewestParts(batch, MICRO_BATCH) } : {};
}

/** What follows from `own` values over a form's: another batch in parts that divide it, where the form chose them. */
export function following(set: Settings, own: Settings): Settings {
  const isOfForm = set.accumulate !== undefined && set.accumulate === partsOf(set.batch).accumulate;
  return own.batch === undefined || own.accumulate !== undefined || !isOfForm ? own : { ...partsOf(own.batch), ...own };
}

/**
 * `own` values over a form's, without what they leave nothing to do: a training refuses values that do nothing. What
 * does nothing even without them stays, and is refused.
 */
export function beside({ preset, protocol, set }: Formed, values: Settings): Settings {
  const own = following(set, values);
  const { options } = trainable(MODEL);
  const idleOf = (given: Settings): ReadonlySet<string> => {
    const resolved = resolveOptions(options, preset, { set: given, protocol });
    return new Set(settableOptions(options).flatMap((one) => (applies(one, resolved) ? [] : [one.name])));
  };
  const [before, now] = [idleOf(set), idleOf({ ...set, ...own })];
  const kept = Object.entries(set).filter(([name]) => before.has(name) || !now.has(name));
  return { ...Object.fromEntries(kept), ...own };
}
