import { z } from "zod";
import { UsageError } from "../../base/errors.ts";
import { FORMS } from "../../pipeline/study/designs/settings.ts";
import { defineCommand } from "../command.ts";
import { designSettings } from "../study-options.ts";

export const studyVariantsCommand = defineCommand({
  path: ["study", "variants"],
  summary: "ISRF over other texts than features, with a picture",
  description:
    "The paper's figure 3 and more: users' or items' positive or negative texts in the place of their features (uPos, uNeg, vPos, vNeg), plain attributes, and random vectors; all else equal. The whole row reads --embeddings; vectors of other texts are made as those were, in embeddings/variants-* of each data set. A study as `isrf study compare` runs them: finished trainings are kept, and the same command goes on.\n\n" +
    "Texts by rule are refused: their three texts are written each by itself and are no steps of a chain. --rules compares them all the same.",
  examples: [
    "isrf study variants --datasets beauty --out variants",
    "isrf study variants --datasets beauty --embeddings easyrec --out variants",
    "isrf study variants --datasets beauty --encoder transformer:DIR --form product --estimate",
    "isrf study variants --datasets shop --rules --preset tiny --seeds 1 --out try",
  ],
  arguments: [],
  options: designSettings.extend({
    out: designSettings.shape.out.default("isrf-variants"),
    form: z
      .enum(FORMS)
      .default("paper")
      .describe("compare ISRF as its paper has it, as it answers, or (decoder) its preset without heads"),
    embeddings: z
      .string()
      .default("lsa")
      .describe("put other texts beside these vectors of features, made as they were; lsa is made where missing"),
    encoder: z
      .string()
      .optional()
      .describe("encode all texts by this instead: lsa, transformer:DIR_OR_HUB_ID, ollama:MODEL or openai:MODEL")
      .meta({ value: "KIND:MODEL", absent: "as --embeddings were made" }),
    rules: z.boolean().default(false).describe("compare texts that rules wrote, too, though they are no chain"),
  }),
  async run({ options }, context) {
    const [{ variantsDesign }, { runDesign, typedFor }] = await Promise.all([
      import("../../pipeline/study/index.ts"),
      import("../design-run.ts"),
    ]);
    const { form, set, embeddings, encoder, rules, ...rest } = options;
    if (encoder !== undefined && context.given.has("embeddings"))
      throw new UsageError(`--encoder ${encoder} and --embeddings ${embeddings}: name one of them.`);
    const held = typedFor("isrf", set);
    const { protocol } = rest;
    const designOf = (preset: string) =>
      variantsDesign({ form, preset, protocol, set: held, embeddings, encoder, rules });
    return runDesign({ ...rest, embeddings: designOf("").systems[0]!.embeddings! }, designOf, context);
  },
});
