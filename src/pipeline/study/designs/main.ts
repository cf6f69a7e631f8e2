// ISRF beside the fourteen systems of the paper's tables 1 and 2, each as its own paper has it: no head and no witness
// of ours answers for them.
import { unknownName } from "../../../base/errors.ts";
import { trainable } from "../../../recommenders/registry.ts";
import type { SystemConfig } from "../study-config.ts";
import type { StudyDesign } from "./design.ts";
import { formOf } from "./forms.ts";
import type { Form } from "./settings.ts";

export interface Main {
  /** paper: ISRF's decoder answers alone, too; product: by all witnesses. */
  readonly form: Form;
  readonly preset: string;
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
/** Of generative systems: their papers' sizes, without heads. */
const PAPER_SIZES = "small";
/** Where a system lacks the study's preset: ISRF alone has `paper`, and graph and sequence models have one size. */
const ELSE = [PAPER_SIZES, "mini"] as const;

/** @throws UsageError for a row that is none of the paper's. */
export function mainDesign({ form, preset, set, systems = BASELINES }: Main): StudyDesign {
  const strange = systems.find((name) => name !== MODEL && !(BASELINES as readonly string[]).includes(name));
  if (strange !== undefined) throw unknownName("--systems", strange, [MODEL, ...BASELINES]);
  const baselines = BASELINES.filter((name) => systems.includes(name));
  return {
    systems: [{ model: MODEL, set: formOf(form, preset, set) }, ...baselines.map((name) => baseline(name, preset))],
  };
}

function baseline(model: string, preset: string): SystemConfig {
  const { presets, schema } = trainable(model).options;
  const used = [preset, ...ELSE].find((name) => Object.hasOwn(presets, name))!;
  const hasHeads = "itemHead" in schema.shape && used !== PAPER_SIZES;
  return { model, preset: used, set: hasHeads ? NO_HEADS : {} };
}
