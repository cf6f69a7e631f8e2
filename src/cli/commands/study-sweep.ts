import { z } from "zod";
import { FORMS } from "../../pipeline/study/designs/settings.ts";
import { defineCommand } from "../command.ts";
import type { OptionValues } from "../design-run.ts";
import { designSettings } from "../study-options.ts";

export const studySweepCommand = defineCommand({
  path: ["study", "sweep"],
  summary: "one option of a model at several values, with a picture",
  description:
    "Trains a model once for each value and seed, all else equal, and draws both tasks' figures over the values with their deviations (the paper's figures 4 and 8 are groupLayers and neighbours). ISRF is in the paper's form unless --form names another: L' reaches its answers through the decoder, which answers alone there. A study as `isrf study compare` runs them: finished trainings are kept, and the same command goes on.\n\n" +
    "In a settings file the key is study-sweep, values are a list and set is a map; datasets are as in a comparison.",
  examples: [
    "isrf study sweep --option groupLayers --values 1,2,3,4,5 --datasets beauty --out sweep",
    "isrf study sweep --model lightgcn --option layers --values 1,2,3,4 --datasets shop --seeds 1 --out layers",
    "isrf study sweep --option neighbours --values 10,20,50,100 --datasets beauty --datasets sports --estimate",
    "isrf study sweep --option groupLayers --values 1,2,3 --form product --datasets beauty --estimate",
  ],
  arguments: [],
  options: designSettings.extend({
    out: designSettings.shape.out.default("isrf-sweep"),
    model: z.string().default("isrf").describe("sweep an option of this model"),
    option: z.string().describe('sweep this option, one of those that "isrf models MODEL" lists'),
    values: z
      .array(z.union([z.string(), z.number(), z.boolean()]))
      .min(1)
      .describe("try these values, with commas between them")
      .meta({ value: "VALUE,VALUE" }),
    form: z
      .enum(FORMS)
      .optional()
      .describe("of ISRF: sweep it as its paper has it, as it answers, or (decoder) its preset without heads")
      .meta({ absent: "paper; other models have one form" }),
  }),
  async run({ options }, context) {
    const [{ sweepDesign }, { runDesign, typedFor }] = await Promise.all([
      import("../../pipeline/study/index.ts"),
      import("../design-run.ts"),
    ]);
    const { model, option, values, form, set, ...rest } = options;
    const held = typedFor(model, set);
    const words = values.map(String).flatMap((value) => value.split(","));
    const typed = words.flatMap((value) =>
      Object.values<OptionValues[string]>(typedFor(model, [`${option}=${value}`])),
    );
    const swept = { protocol: rest.protocol, option, values: typed, system: { model, set: held }, form };
    return runDesign(rest, (preset) => sweepDesign({ ...swept, preset }), context);
  },
});
