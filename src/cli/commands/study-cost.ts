import { z } from "zod";
import { FORMS } from "../../pipeline/study/designs/settings.ts";
import { defineCommand } from "../command.ts";
import { designSettings } from "../study-options.ts";

export const studyCostCommand = defineCommand({
  path: ["study", "cost"],
  summary: "what ISRF costs beside ELMRec, POD and P5 (table 4)",
  description:
    "Trains each system once, in a process of its own, and tells the time of an epoch, of preparation, of parts beside the epochs and of one user's answer in both tasks, memory of that process and, with --device cuda, of the device, and the number of trained values; below, what reasoning and embedding of each data set took (the paper's table 4, which leaves out preparation and texts). A picture shows them as bars. Nothing is shared between the trainings, so that each pays for its own preparation. A study as `isrf study compare` runs them: finished trainings are kept, and the same command goes on.",
  examples: [
    "isrf study cost --datasets beauty --out cost",
    "isrf study cost --datasets beauty --datasets sports --preset paper --device cuda --estimate",
    "isrf study cost --preset tiny --systems elmrec --set epochs=1 --out try",
  ],
  arguments: [],
  options: designSettings.omit({ shareGib: true, shareIn: true, reuse: true }).extend({
    out: designSettings.shape.out.default("isrf-cost"),
    seeds: z.array(z.number().int()).default([1]).describe("train with these seeds; costs are of the first"),
    form: z
      .enum(FORMS)
      .default("paper")
      .describe("measure ISRF as its paper has it, as it answers, or (decoder) its preset without heads"),
    systems: z
      .array(z.string())
      .optional()
      .describe("measure these rows of `isrf study main` beside ISRF")
      .meta({ commas: true, absent: "elmrec, pod, p5" }),
  }),
  async run({ options }, context) {
    const [{ costDesign }, { runDesign, typedFor }] = await Promise.all([
      import("../../pipeline/study/index.ts"),
      import("../design-run.ts"),
    ]);
    const { form, set, systems, ...rest } = options;
    const { protocol } = rest;
    const held = typedFor("isrf", set);
    return runDesign(
      { ...rest, shareGib: 0 },
      (preset) => costDesign({ form, preset, protocol, set: held, systems }),
      context,
    );
  },
});
