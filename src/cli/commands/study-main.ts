import { z } from "zod";
import { FORMS } from "../../pipeline/study/designs/settings.ts";
import { defineCommand } from "../command.ts";
import { designSettings } from "../study-options.ts";

export const studyMainCommand = defineCommand({
  path: ["study", "main"],
  summary: "ISRF beside the paper's fourteen systems (tables 1 and 2)",
  description:
    "The paper's tables 1 and 2 on your data: Caser, GRU4Rec, HGN, SASRec, BERT4Rec, FDSA, SimpleX, LightGCN, NCL, XSimGCL, P5, RSL-proxy, POD and ELMRec, without heads of ours, and ISRF. At presets tiny and mini the last four have these presets' short prompts, and the tables say so. Several data sets stand side by side; the last line is ISRF's gain over the best of the others, starred by a test over users or, with --test seeds, over trainings as the paper does (five seeds there). A study as `isrf study compare` runs them: finished trainings are kept, and the same command goes on.\n\n" +
    "With --preset paper (or authors) ISRF, P5, POD, ELMRec and RSL-proxy start from T5-small's weights and write freely, each in its own paper's form; the others have one size. Rows that rank valid items are then marked: they cannot be compared with rows that write.\n\n" +
    "--published also writes beside-printed.md, .tex, .csv and .json, and prints them: the paper's own figures beside ours, for data sets whose name holds sports, beauty or toys.",
  examples: [
    "isrf study main --datasets beauty --datasets sports --seeds 1 --seeds 2 --seeds 3 --test seeds --out main",
    "isrf study main --datasets beauty --published --estimate",
    "isrf study main --datasets beauty --preset paper --device cuda --out printed",
    "isrf study main --datasets shop --preset tiny --set-all epochs=1 --seeds 1 --out try",
    "isrf study main --systems lightgcn --systems elmrec --preset tiny --seeds 1 --out try",
  ],
  arguments: [],
  options: designSettings.extend({
    out: designSettings.shape.out.default("isrf-main"),
    form: z
      .enum(FORMS)
      .default("paper")
      .describe(
        "ISRF as its paper has it, as it answers, or (decoder) as its preset has it without heads and witnesses",
      ),
    systems: z
      .array(z.string())
      .optional()
      .describe("train only these rows beside ISRF")
      .meta({ commas: true, absent: "all fourteen" }),
    trials: z
      .number()
      .int()
      .min(1)
      .max(3)
      .default(1)
      .describe("try so many learning rates of each system on validation items"),
    published: z.boolean().default(false).describe("put the paper's own figures beside, clearly apart"),
  }),
  async run({ options }, context) {
    const [{ mainDesign }, { runDesign, typedFor }] = await Promise.all([
      import("../../pipeline/study/index.ts"),
      import("../design-run.ts"),
    ]);
    const { form, set, systems, published, ...rest } = options;
    const { protocol } = rest;
    const held = typedFor("isrf", set);
    const designOf = (preset: string) => ({
      ...mainDesign({ form, preset, protocol, set: held, systems }),
      printed: published,
    });
    return runDesign(rest, designOf, context);
  },
});
