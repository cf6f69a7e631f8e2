import { z } from "zod";
import { FORMS } from "../../pipeline/study/designs/settings.ts";
import { defineCommand } from "../command.ts";
import { designSettings } from "../study-options.ts";

export const studyAblationCommand = defineCommand({
  path: ["study", "ablation"],
  summary: "ISRF without one of its parts at a time, with a picture",
  description:
    "The paper's table 3 and more. Form paper: preset paper (worded prompts, 99 negatives, three tasks, no head, no witness) at the sizes of the study's preset, from scratch, with losses and rates at which both act; rows without L_DS, without L_S, without I_se (items of a trained random table), without the adapter (texts as they are), both of which start at the size of the items that they replace, without the group, without the iteration (neither loss), with the third task (or without it, where the set has it), with the other teacher, and with the other forms of the losses (printed, cross-pair, soft-target). Form product: the answer as a sum of evidence, without each witness. Form decoder: the rows of form paper, of the study's preset as it is without heads and witnesses. A study as `isrf study compare` runs them: finished trainings are kept, and the same command goes on.",
  examples: [
    "isrf study ablation --datasets beauty --out ablation",
    "isrf study ablation --form product --datasets beauty --datasets sports --estimate",
    "isrf study ablation --preset tiny --seeds 1 --out try",
  ],
  arguments: [],
  options: designSettings.extend({
    out: designSettings.shape.out.default("isrf-ablation"),
    rows: z
      .array(z.string())
      .optional()
      .describe("train only these rows beside ISRF, such as without-L_S")
      .meta({ commas: true, absent: "all of the form" }),
    form: z
      .enum(FORMS)
      .default("paper")
      .describe(
        "take parts from the paper's form, from ISRF as it answers, or (decoder) from its preset without heads",
      ),
  }),
  async run({ options }, context) {
    const [{ ablationDesign }, { runDesign, typedFor }] = await Promise.all([
      import("../../pipeline/study/index.ts"),
      import("../design-run.ts"),
    ]);
    const { form, set, rows, ...rest } = options;
    const held = typedFor("isrf", set);
    const designOf = (preset: string) => ablationDesign({ form, preset, protocol: rest.protocol, set: held, rows });
    return runDesign(rest, designOf, context);
  },
});
