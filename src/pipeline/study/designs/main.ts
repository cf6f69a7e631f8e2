// ISRF beside the fourteen systems of the paper's tables 1 and 2: no head and no witness of ours answers for them. With
// presets `paper` and `small` each is as its own paper has it; with `tiny` and `mini` P5, RSL-proxy, POD and ELMRec
// keep these presets' short prompts, and a note says so.
import { unknownName } from "../../../base/errors.ts";
import type { Protocol } from "../../../data/index.ts";
import { trainable } from "../../../recommenders/registry.ts";
import type { SystemConfig } from "../study-config.ts";
import type { DrawnDesign } from "./design.ts";
import { formOf } from "./forms.ts";
import type { Form } from "./settings.ts";

export interface Main {
  /** paper: ISRF as its paper has it, too; product: by all witnesses. */
  readonly form: Form;
  readonly preset: string;
  readonly protocol: Protocol;
  /** Option values of ISRF. */
  readonly set: SystemConfig["set"];
  /** Rows beside ISRF; default: all fourteen. */
  readonly systems?: readonly string[] | undefined;
}

const MODEL = "isrf";

/** In the order of the paper's rows. */
export const BASELINES = [
  ...["caser", "gru4rec", "hgn", "sasrec", "bert4rec", "fdsa"],
  ...["simplex", "lightgcn", "ncl", "xsimgcl"],
  ...["p5", "rsl-proxy", "pod", "elmrec"],
] as const;

/** Heads that presets add to generative systems. */
const NO_HEADS = { itemHead: 0, candidateHead: 0 };
const HEADED: readonly string[] = ["tiny", "mini"];
/** Of generative systems: as published, from T5-small's weights; `authors` is ISRF's code alone. */
const PUBLISHED: readonly string[] = ["paper", "authors"];
/** Their papers' sizes, without heads, from scratch. */
const PAPER_SIZES = "small";
/** Graph and sequence models have one size. */
const ONE_SIZE = "mini";

/** @throws UsageError for a row that is none of the paper's. */
export function mainDesign({ form, preset, protocol, set, systems = BASELINES }: Main): DrawnDesign {
  const strange = systems.find((name) => name !== MODEL && !(BASELINES as readonly string[]).includes(name));
  if (strange !== undefined) throw unknownName("--systems", strange, [MODEL, ...BASELINES]);
  const baselines = BASELINES.filter((name) => systems.includes(name));
  const notes = form === "paper" ? unlikePrompts(baselines, preset) : [];
  return {
    ...(notes.length > 0 ? { notes } : {}),
    systems: [
      { model: MODEL, ...formOf(form, { preset, protocol, set }) },
      ...baselines.map((name) => baseline(name, preset, set)),
    ],
    figure: {
      name: "main",
      title: "ISRF beside the paper's systems",
      kind: "bars",
      placesName: "",
      // As the tables label them, so that a bar is found there.
      places: [MODEL, ...baselines].map((label) => ({ label, name: label })),
    },
  };
}

/** What generative rows have otherwise than ISRF in its paper's form. */
function unlikePrompts(baselines: readonly string[], preset: string): string[] {
  const writing = baselines.filter((name) => "itemHead" in trainable(name).options.schema.shape);
  if (HEADED.includes(preset) && writing.length > 0)
    return [
      `${writing.join(", ")}: preset ${preset} without its heads, with short prompts, codes for ids, 24 negatives and two tasks; ${MODEL} is in its paper's form, with worded prompts, 99 negatives and a third task, which is half as many batches more. With preset paper each is as its own paper has it.`,
    ];
  if (PUBLISHED.includes(preset) && writing.includes("rsl-proxy"))
    return ["rsl-proxy: two tasks and blank infilling; the other systems that write train a third task."];
  return [];
}

/** At the study's preset, or what comes nearest to it: published systems beside a published ISRF. */
function baseline(model: string, preset: string, { checkpoint }: SystemConfig["set"]): SystemConfig {
  const { presets, schema } = trainable(model).options;
  const isPublished = PUBLISHED.includes(preset);
  const wanted = [...(isPublished ? ["paper"] : [preset]), PAPER_SIZES, ONE_SIZE];
  const used = wanted.find((name) => Object.hasOwn(presets, name))!;
  if (!("itemHead" in schema.shape)) return { model, preset: used, set: {} };
  // All start from the same weights.
  if (isPublished && checkpoint !== undefined) return { model, preset: used, set: { checkpoint } };
  return { model, preset: used, set: HEADED.includes(used) ? NO_HEADS : {} };
}
